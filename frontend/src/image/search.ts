import type { GallerySearch } from '../gallery/filter';
import { parseGallerySearch } from '../gallery/filter';

/** The list that the picture is looked at in, and whether it fills the screen. */
export type ImageSearch = GallerySearch & { enlarged?: true };

export function parseImageSearch(search: Record<string, unknown>): ImageSearch {
  const enlarged = search.enlarged === true || search.enlarged === 'true';
  return { ...parseGallerySearch(search), ...(enlarged ? { enlarged } : {}) };
}
