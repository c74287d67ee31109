// The loaded gallery around a picture: only what is in the cache and what follows on it, so that a picture opened by its address has none.
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { useClient, useQuery } from 'urql';
import { readFragment } from '../gql';
import type { ImageCard_ImageFragment } from '../gql/graphql';
import { ImageCardFragment } from '../gallery/ImageCard';
import type { GallerySearch } from '../gallery/filter';
import { toImageFilter } from '../gallery/filter';
import { GalleryCountQuery, GalleryQuery } from '../gallery/operations';
import { listVariables, readOn } from '../gallery/useGallery';

/** So many pictures before the end of what is loaded, more are asked for. */
const ahead = 5;

export interface Neighbors {
  pictures: readonly ImageCard_ImageFragment[];
  index: number;
  /** Of the whole list, as far as it is known. */
  total: number;
  previous: string | null;
  next: string | null;
}

export function useNeighbors(imageId: string, search: GallerySearch): Neighbors | null {
  const variables = listVariables(search);
  const [{ data }] = useQuery({ query: GalleryQuery, variables, requestPolicy: 'cache-only' });
  const edges = data?.images.edges;
  const list = useMemo(() => edges?.map(({ node }) => readFragment(ImageCardFragment, node)) ?? [], [edges]);

  const filter = toImageFilter(search);
  const [{ data: counted }] = useQuery({ query: GalleryCountQuery, variables: filter ? { filter } : {}, requestPolicy: 'cache-only' });

  // A picture that is no favorite any more leaves the favorites; whoever looks at it can still go on to the next one.
  const key = JSON.stringify(variables);
  const [kept, setKept] = useState({ key, list });
  const isIn = list.some(({ id }) => id === imageId);
  if (isIn && kept.list !== list) setKept({ key, list });

  const pictures = isIn || kept.key !== key ? list : kept.list;
  const index = pictures.findIndex(({ id }) => id === imageId);

  // Whoever nears the end of what is loaded gets the next page, once; should it not come, the gallery can try again.
  const client = useClient();
  const asked = useRef<string | null>(null);
  const info = data?.images.pageInfo;
  const end = index >= 0 && index >= pictures.length - ahead && info?.hasNextPage ? info.endCursor : null;
  const read = useEffectEvent((after: string) => void readOn(client, variables, after));
  useEffect(() => {
    if (!end || asked.current === end) return;
    asked.current = end;
    read(end);
  }, [end]);

  if (index < 0) return null;
  const total = Math.max(counted?.images.totalCount ?? 0, pictures.length);
  return { pictures, index, total, previous: pictures[index - 1]?.id ?? null, next: pictures[index + 1]?.id ?? null };
}
