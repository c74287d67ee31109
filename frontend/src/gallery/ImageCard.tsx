// One picture of the grid: placeholder, thumbnail, link, the box to choose it, and the heart.
import type { MouseEvent } from 'react';
import { memo } from 'react';
import { Link } from '@tanstack/react-router';
import { FavoriteButton } from '../edit/FavoriteButton';
import type { FragmentType } from '../gql';
import { graphql, readFragment } from '../gql';
import { pictureAlt, pictureName } from '../lib/pictureName';
import { candidatesOf, coverWidth, PictureFragment, thumbnailSizesOf } from '../lib/renditions';
import { CheckIcon } from '../ui/icons';
import type { Priority } from '../ui/Picture';
import { Picture } from '../ui/Picture';
import { PictureTrouble } from '../ui/PictureTrouble';
import { useDelivery } from '../ui/useDelivery';
import type { GallerySearch } from './filter';
import classes from './ImageCard.module.css';
import { useRenewal } from './renewPictures';

export const ImageCardFragment = graphql(`
  fragment ImageCard_image on Image {
    id
    filename
    title
    description
    altText
    favorite
    ...Picture_image
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
  height: number;
  search: GallerySearch;
  priority: Priority;
  selected: boolean;
  /** While choosing, the whole card is the box. */
  selecting: boolean;
  onToggle: (id: string, range: boolean) => void;
}

export const ImageCard = memo(function ImageCard({ image: masked, width, height, search, priority, selected, selecting, onToggle }: ImageCardProps) {
  const image = readFragment(ImageCardFragment, masked);
  const picture = readFragment(PictureFragment, image);
  const delivery = useDelivery({ id: image.id, candidates: candidatesOf(picture), expiresAt: picture.w256.expiresAt, renew: useRenewal(picture) });
  const name = pictureName(image);
  const alt = pictureAlt(image);
  const status = image.latestAnalysis?.status;

  function choose(event: MouseEvent) {
    // A plain click opens the picture; with Shift, or once choosing has begun, it chooses.
    if (!selecting && !event.shiftKey) return;
    event.preventDefault();
    onToggle(image.id, event.shiftKey);
  }

  return (
    <div className={classes.card} data-selected={selected} data-selecting={selecting}>
      <Link
        to="/images/$imageId"
        params={{ imageId: image.id }}
        search={search}
        state={{ fromGallery: true }}
        className={classes.link}
        // A decorative picture still is a link, and a link needs a name.
        aria-label={alt === '' ? name : undefined}
        onClick={choose}
        draggable={false}
      >
        <Picture
          delivery={delivery}
          alt={alt}
          thumbhash={picture.thumbhash}
          sizes={thumbnailSizesOf(coverWidth({ width, height }, picture))}
          width={picture.width}
          height={picture.height}
          priority={priority}
        />
      </Link>
      <PictureTrouble delivery={delivery} name={name} />
      <label className={classes.choose}>
        <input
          type="checkbox"
          className={classes.input}
          checked={selected}
          aria-label={`Select ${name}`}
          onChange={() => undefined}
          onClick={(event) => onToggle(image.id, event.shiftKey)}
        />
        <span className={classes.box}>
          <CheckIcon width={16} height={16} strokeWidth={2.4} />
        </span>
      </label>
      {/* While choosing, every click chooses. */}
      {!selecting && <FavoriteButton id={image.id} favorite={image.favorite} name={name} className={classes.favorite} />}
      {(status === 'QUEUED' || status === 'RUNNING') && <span className={classes.status}>Describing…</span>}
    </div>
  );
});
