// The loaded gallery around a picture: only what is in the cache, so that a picture opened by its address has none.
import { useQuery } from 'urql';
import { readFragment } from '../gql';
import type { ImageCard_ImageFragment } from '../gql/graphql';
import { ImageCardFragment } from '../gallery/ImageCard';
import { GalleryQuery, pageSize } from '../gallery/operations';
import type { OrderName } from '../gallery/order';
import { orders } from '../gallery/order';

export interface Neighbors {
  pictures: readonly ImageCard_ImageFragment[];
  index: number;
  previous: string | null;
  next: string | null;
}

export function useNeighbors(imageId: string, order: OrderName): Neighbors | null {
  const [{ data }] = useQuery({
    query: GalleryQuery,
    variables: { first: pageSize, orderBy: orders[order].by },
    requestPolicy: 'cache-only',
  });
  const pictures = data?.images.edges.map(({ node }) => readFragment(ImageCardFragment, node)) ?? [];
  const index = pictures.findIndex(({ id }) => id === imageId);
  if (index < 0) return null;
  return { pictures, index, previous: pictures[index - 1]?.id ?? null, next: pictures[index + 1]?.id ?? null };
}
