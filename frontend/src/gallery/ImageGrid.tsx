// All pictures that are loaded, in parts that do not move each other's rows.
import { memo } from 'react';
import type { GallerySearch } from './filter';
import { GridPart } from './GridPart';
import { useParts } from './parts';
import type { GalleryImage } from './useGallery';
import type { Selection } from './useSelection';

interface ImageGridProps {
  images: readonly GalleryImage[];
  search: GallerySearch;
  selection: Selection;
}

export const ImageGrid = memo(function ImageGrid({ images, search, selection }: ImageGridProps) {
  const parts = useParts(images);
  return (
    <div role="list" aria-label="Pictures">
      {parts.map((part, index) => (
        <GridPart key={index} images={part} place={parts.length === 1 ? 'alone' : index === 0 ? 'first' : 'next'} search={search} selection={selection} />
      ))}
    </div>
  );
});
