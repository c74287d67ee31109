// One picture of the grid: placeholder, thumbnail, link, the box to choose it, and the heart.
import type { MouseEvent } from 'react';
import { memo } from 'react';
import { Link } from '@tanstack/react-router';
import { FavoriteButton } from '../edit/FavoriteButton';
import type { FragmentType } from '../gql';
import { graphql, readFragment } from '../gql';
import { pictureAlt, pictureName } from '../lib/pictureName';
import { CheckIcon } from '../ui/icons';
import { Picture } from '../ui/Picture';
import type { GallerySearch } from './filter';
import classes from './ImageCard.module.css';

export const ImageCardFragment = graphql(`
  fragment ImageCard_image on Image {
    id
    filename
    title
    description
    altText
    favorite
    width
    height
    thumbhash
    small: rendition(transform: { width: 320 }) {
      url
      width
    }
    medium: rendition(transform: { width: 640 }) {
      url
      width
    }
    large: rendition(transform: { width: 1280 }) {
      url
      width
    }
    latestAnalysis {
      id
      status
      createdAt
    }
  }
`);

interface ImageCardProps {
  image: FragmentType<typeof ImageCardFragment>;
  /** As drawn, in CSS pixels: tells the browser which file to take. */
  width: number;
  search: GallerySearch;
  eager: boolean;
  selected: boolean;
  /** While choosing, the whole card is the box. */
  selecting: boolean;
  onToggle: (id: string, range: boolean) => void;
}

export const ImageCard = memo(function ImageCard({ image, width, search, eager, selected, selecting, onToggle }: ImageCardProps) {
  const picture = readFragment(ImageCardFragment, image);
  const name = pictureName(picture);
  const alt = pictureAlt(picture);
  const status = picture.latestAnalysis?.status;

  function choose(event: MouseEvent) {
    // A plain click opens the picture; with Shift, or once choosing has begun, it chooses.
    if (!selecting && !event.shiftKey) return;
    event.preventDefault();
    onToggle(picture.id, event.shiftKey);
  }

  return (
    <div className={classes.card} data-selected={selected} data-selecting={selecting}>
      <Link
        to="/images/$imageId"
        params={{ imageId: picture.id }}
        search={search}
        state={{ fromGallery: true }}
        className={classes.link}
        // A decorative picture still is a link, and a link needs a name.
        aria-label={alt === '' ? name : undefined}
        onClick={choose}
        draggable={false}
      >
        <Picture
          alt={alt}
          thumbhash={picture.thumbhash}
          sources={[picture.small, picture.medium, picture.large]}
          sizes={`${Math.ceil(width)}px`}
          width={picture.width}
          height={picture.height}
          eager={eager}
        />
      </Link>
      <label className={classes.choose}>
        <input
          type="checkbox"
          className={classes.input}
          checked={selected}
          aria-label={`Select ${name}`}
          onChange={() => undefined}
          onClick={(event) => onToggle(picture.id, event.shiftKey)}
        />
        <span className={classes.box}>
          <CheckIcon width={16} height={16} strokeWidth={2.4} />
        </span>
      </label>
      {/* While choosing, every click chooses. */}
      {!selecting && <FavoriteButton id={picture.id} favorite={picture.favorite} name={name} className={classes.favorite} />}
      {(status === 'QUEUED' || status === 'RUNNING') && <span className={classes.status}>Describing…</span>}
    </div>
  );
});
