// Rows of equal height that fill the width, laid out before any picture has come.
import { memo } from 'react';
import type { CSSProperties, ReactNode } from 'react';
import type { Photo } from 'react-photo-album';
import { RowsPhotoAlbum } from 'react-photo-album';
import 'react-photo-album/rows.css';
import type { FragmentType } from '../gql';
import { readFragment } from '../gql';
import { PictureFragment } from '../lib/renditions';
import type { GallerySearch } from './filter';
import { ImageCard, ImageCardFragment } from './ImageCard';
import classes from './ImageGrid.module.css';
import type { GalleryImage } from './useGallery';
import { useNearScreen } from './useNearScreen';
import type { Selection } from './useSelection';

interface GridPhoto extends Photo {
  key: string;
  image: FragmentType<typeof ImageCardFragment>;
}

interface ImageGridProps {
  images: readonly GalleryImage[];
  search: GallerySearch;
  selection: Selection;
}

/** As many pictures as are in sight at first, on most screens. */
const firstRows = 12;

/** Panoramas and scrolls are cropped to something that fits a row. */
function shape({ width, height }: { width: number; height: number }) {
  return { width: 1000 * Math.min(3, Math.max(0.5, width / height)), height: 1000 };
}

/**
 * So that a few pictures are not as high as the screen: how wide they are in one row of 300 px. Around the grid, and not by its
 * own `singleRowMaxHeight`, which lays them out at the full width first; by then the browser has fetched far too large files.
 */
function widestRow(photos: readonly GridPhoto[]): number | undefined {
  if (photos.length > 12) return undefined;
  return Math.floor(photos.reduce((sum, { width, height }) => sum + (300 * width) / height, 10 * (photos.length - 1)));
}

export const ImageGrid = memo(function ImageGrid({ images, search, selection }: ImageGridProps) {
  const photos = images.map(({ id, card }): GridPhoto => ({ key: id, image: card, src: '', ...shape(readFragment(PictureFragment, readFragment(ImageCardFragment, card))) }));

  return (
    <div style={{ maxWidth: widestRow(photos) }}>
      <RowsPhotoAlbum
        photos={photos}
        spacing={(width) => (width < 600 ? 6 : 10)}
        targetRowHeight={(width) => (width < 500 ? 150 : width < 1000 ? 200 : 236)}
        rowConstraints={(width) => ({ minPhotos: 1, maxPhotos: width < 500 ? 3 : 9 })}
        componentsProps={{
          container: { role: 'list', 'aria-label': 'Pictures' },
          track: { role: 'presentation' },
          wrapper: { role: 'listitem' },
        }}
        render={{
          wrapper: ({ style, className, role }, { photo, index, width, height }) => (
            <Cell
              key={photo.key}
              role={role}
              className={`${className} ${classes.cell}`}
              style={{ ...style, aspectRatio: `${width} / ${height}` }}
              first={index < firstRows}
            >
              {(priority) => (
                <ImageCard
                  image={photo.image}
                  width={width}
                  height={height}
                  search={search}
                  priority={priority}
                  selected={selection.ids.has(photo.key)}
                  selecting={selection.active}
                  onToggle={selection.toggle}
                />
              )}
            </Cell>
          ),
        }}
      />
    </div>
  );
});

interface CellProps {
  role: string | undefined;
  className: string;
  style: CSSProperties;
  first: boolean;
  children: (priority: 'first' | 'soon' | 'late') => ReactNode;
}

/** The pictures of the next screen come before one scrolls to them. */
function Cell({ first, children, ...attributes }: CellProps) {
  const [near, element] = useNearScreen();
  return (
    <div ref={element} {...attributes}>
      {children(first ? 'first' : near ? 'soon' : 'late')}
    </div>
  );
}
