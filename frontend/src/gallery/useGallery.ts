import { useMemo, useState } from 'react';
import { stringifyVariables } from '@urql/core';
import type { Client, CombinedError } from 'urql';
import { useClient, useQuery } from 'urql';
import type { FragmentType } from '../gql';
import type { GallerySearch } from './filter';
import { toImageFilter } from './filter';
import type { ImageCardFragment } from './ImageCard';
import { defaultOrder, orders } from './order';
import { GalleryQuery, pageSize } from './operations';

export interface GalleryImage {
  id: string;
  card: FragmentType<typeof ImageCardFragment>;
}

/** What a list goes by. The same choice has the same variables: the cache then finds what it has. */
export function listVariables(search: GallerySearch) {
  const filter = toImageFilter(search);
  return { first: pageSize, orderBy: orders[search.order ?? defaultOrder].by, ...(filter ? { filter } : {}) };
}

/**
 * The lists of which more than one page is in the cache. Their first page is not read again on return: with new pictures
 * in it, those that it no longer holds would be on no page.
 */
const extended = new WeakMap<Client, Set<string>>();

/** The page behind `after`. The cache puts it behind those that it has of the list. */
export function readOn(client: Client, variables: ReturnType<typeof listVariables>, after: string) {
  extended.set(client, new Set(extended.get(client)).add(stringifyVariables(variables)));
  return client.query(GalleryQuery, { ...variables, after }, { requestPolicy: 'network-only' }).toPromise();
}

interface More {
  /** Of the list. */
  key: string;
  error: CombinedError | undefined;
  fetching: boolean;
}

/** The loaded part of a list, and the way to more. */
export function useGallery(search: GallerySearch) {
  const client = useClient();
  const variables = listVariables(search);
  const key = stringifyVariables(variables);
  // Always the first page: the cache gives all pages for it that follow. Should the list have to be read again, it begins anew.
  const [{ data, error, fetching, operation }, execute] = useQuery({
    query: GalleryQuery,
    variables,
    requestPolicy: extended.get(client)?.has(key) ? 'cache-first' : 'cache-and-network',
  });
  const [more, setMore] = useState<More>({ key, error: undefined, fetching: false });
  const state = more.key === key ? more : { key, error: undefined, fetching: false };

  const connection = data?.images;
  // Until the answer for another choice is there, the pictures of the one before stay on screen.
  const outdated = connection !== undefined && operation !== undefined && stringifyVariables(operation.variables) !== key;
  const end = connection?.pageInfo.hasNextPage ? connection.pageInfo.endCursor : null;
  const edges = connection?.edges;
  const images = useMemo(() => edges?.map(({ node }): GalleryImage => ({ id: node.id, card: node })) ?? null, [edges]);

  async function loadMore() {
    if (fetching || outdated || state.fetching || end === null) return;
    setMore({ key, error: undefined, fetching: true });
    const result = await readOn(client, variables, end);
    setMore((now) => (now.key === key ? { key, error: result.error, fetching: false } : now));
  }

  return {
    images,
    error: error ?? state.error,
    fetching: fetching || state.fetching,
    outdated,
    /** Null when everything is loaded. */
    end,
    loadMore: () => void (state.error ? undefined : loadMore()),
    retry: () => void (state.error ? loadMore() : execute({ requestPolicy: 'network-only' })),
  };
}
