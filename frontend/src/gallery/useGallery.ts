import { useMemo, useState } from 'react';
import type { Client } from 'urql';
import { useClient, useQuery } from 'urql';
import type { FragmentType } from '../gql';
import type { ImageCardFragment } from './ImageCard';
import type { OrderName } from './order';
import { orders } from './order';
import { GalleryQuery, pageSize } from './operations';

export interface GalleryImage {
  id: string;
  card: FragmentType<typeof ImageCardFragment>;
}

/**
 * The orders of which more than one page is in the cache. Their first page is not read again on return: with new pictures
 * in it, those that it no longer holds would be on no page.
 */
const extended = new WeakMap<Client, Set<OrderName>>();

/** The loaded part of the library, and the way to more. Mount it anew for another order. */
export function useGallery(order: OrderName) {
  const orderBy = orders[order].by;
  const client = useClient();
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, retry] = useQuery({
    query: GalleryQuery,
    // Left out and null are different keys to the cache, and the first page goes by the shorter one.
    variables: after === null ? { first: pageSize, orderBy } : { first: pageSize, after, orderBy },
    requestPolicy: after === null && !extended.get(client)?.has(order) ? 'cache-and-network' : 'cache-first',
  });
  const connection = data?.images;
  const end = connection?.pageInfo.hasNextPage ? connection.pageInfo.endCursor : null;

  const edges = connection?.edges;
  const images = useMemo(() => edges?.map(({ node }): GalleryImage => ({ id: node.id, card: node })) ?? null, [edges]);

  return {
    images,
    error,
    fetching,
    /** Null when everything is loaded. */
    end,
    loadMore: () => {
      if (fetching || error || end === null) return;
      extended.set(client, new Set(extended.get(client)).add(order));
      setAfter(end);
    },
    retry: () => retry({ requestPolicy: 'network-only' }),
  };
}
