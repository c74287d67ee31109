// Rows of equal height that fill the width, laid out before any picture has come.
import type { CSSProperties, ReactNode } from 'react';
import type { Photo } from 'react-photo-album';
import { RowsPhotoAlbum } from 'react-photo-album';
import 'react-photo-album/rows.css';
import type { FragmentType } from '../gql';
import { readFragment } from '../gql';
import { PictureFragment } from '../lib/renditions';
import type { Priority } from '../ui/Picture';
import type { GallerySearch } from './filter';
import { ImageCard, ImageCardFragment } from './ImageCard';
import classes from './ImageGrid.module.css';
import type { GalleryImage } from './useGallery';
import type { Selection } from './useSelection';
import { useTurn } from './useTurn';

interface GridPhoto extends Photo {
  key: string;
  image: FragmentType<typeof ImageCardFragment>;
}

interface GridPartProps {
  images: readonly GalleryImage[];
  /** Whether it is all there is, the beginning, or what follows. */
  place: 'alone' | 'first' | 'next';
  search: GallerySearch;
  selection: Selection;
}

/** As many pictures as are in sight at first, on every screen. */
const inSight = 6;
/** Fewer than so many may not fill a row. */
const few = 12;

/** By the window and not by the part's width, which is that of few pictures where there are only a few. */
const spacing = () => (window.innerWidth < 640 ? 6 : 10);
const rowHeight = () => (window.innerWidth < 540 ? 150 : window.innerWidth < 1060 ? 200 : 236);
const rowConstraints = () => ({ minPhotos: 1, maxPhotos: window.innerWidth < 540 ? 3 : 9 });

/** Panoramas and scrolls are cropped to something that fits a row. */
function shape({ width, height }: { width: number; height: number }) {
  return { width: 1000 * Math.min(3, Math.max(0.5, width / height)), height: 1000 };
}

/**
 * So that a few pictures are not as high as the screen: how wide they are in one row. Around the rows, and not by their own
 * `singleRowMaxHeight`, which lays them out at the full width first; by then the browser has fetched far too large files.
 */
function widestRow(photos: readonly GridPhoto[], height: number): number | undefined {
  if (photos.length > few) return undefined;
  return Math.floor(photos.reduce((sum, photo) => sum + (height * photo.width) / photo.height, spacing() * (photos.length - 1)));
}

export function GridPart({ images, place, search, selection }: GridPartProps) {
  const photos = images.map(({ id, card }): GridPhoto => ({ key: id, image: card, src: '', ...shape(readFragment(PictureFragment, readFragment(ImageCardFragment, card))) }));

  return (
    <div role="presentation" style={{ maxWidth: widestRow(photos, place === 'alone' ? 300 : rowHeight()), marginTop: place === 'next' ? spacing() : 0 }}>
      <RowsPhotoAlbum
        photos={photos}
        spacing={spacing}
        targetRowHeight={rowHeight}
        rowConstraints={rowConstraints}
        componentsProps={{
          // No name either: one that has a name has a role.
          container: { role: 'presentation', 'aria-label': undefined },
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
              first={place !== 'next' && index < inSight}
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
}

interface CellProps {
  role: string | undefined;
  className: string;
  style: CSSProperties;
  first: boolean;
  children: (priority: Priority) => ReactNode;
}

function Cell({ first, children, ...attributes }: CellProps) {
  const [turn, element] = useTurn(first);
  return (
    <div ref={element} {...attributes}>
      {children(turn)}
    </div>
  );
}
