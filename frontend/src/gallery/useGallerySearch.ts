import { useMemo } from 'react';
import { useSearch } from '@tanstack/react-router';
import type { GallerySearch } from './filter';
import { parseGallerySearch } from './filter';

/** What the URL says of order and filter. The router hands on what its routes have not taken, so it is read here once more. */
export function useGallerySearch(): GallerySearch {
  const raw = useSearch({ strict: false });
  return useMemo(() => parseGallerySearch({ ...raw }), [raw]);
}
