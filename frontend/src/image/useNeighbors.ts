// The loaded gallery around a picture: only what is in the cache, so that a picture opened by its address has none.
import { useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { readFragment } from '../gql';
import type { ImageCard_ImageFragment } from '../gql/graphql';
import { ImageCardFragment } from '../gallery/ImageCard';
import type { GallerySearch } from '../gallery/filter';
import { GalleryQuery } from '../gallery/operations';
import { listVariables } from '../gallery/useGallery';

export interface Neighbors {
  pictures: readonly ImageCard_ImageFragment[];
  index: number;
  previous: string | null;
  next: string | null;
}

export function useNeighbors(imageId: string, search: GallerySearch): Neighbors | null {
  const variables = listVariables(search);
  const [{ data }] = useQuery({ query: GalleryQuery, variables, requestPolicy: 'cache-only' });
  const edges = data?.images.edges;
  const list = useMemo(() => edges?.map(({ node }) => readFragment(ImageCardFragment, node)) ?? [], [edges]);

  // A picture that is no favorite any more leaves the favorites; whoever looks at it can still go on to the next one.
  const key = JSON.stringify(variables);
  const [kept, setKept] = useState({ key, list });
  const isIn = list.some(({ id }) => id === imageId);
  if (isIn && kept.list !== list) setKept({ key, list });

  const pictures = isIn || kept.key !== key ? list : kept.list;
  const index = pictures.findIndex(({ id }) => id === imageId);
  if (index < 0) return null;
  return { pictures, index, previous: pictures[index - 1]?.id ?? null, next: pictures[index + 1]?.id ?? null };
}
