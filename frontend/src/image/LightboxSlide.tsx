// One picture of the lightbox: as large as the screen, and sharper once it is zoomed into.
import { useState } from 'react';
import { readFragment } from '../gql';
import type { ImageCard_ImageFragment, PictureZoom_ImageFragment } from '../gql/graphql';
import { useRenewal } from '../gallery/renewPictures';
import { pictureAlt, pictureName } from '../lib/pictureName';
import { candidatesOf, containWidth, PictureFragment, sizesOf } from '../lib/renditions';
import { savesData } from '../lib/saveData';
import { Picture } from '../ui/Picture';
import { PictureTrouble } from '../ui/PictureTrouble';
import { useDelivery } from '../ui/useDelivery';
import classes from './Lightbox.module.css';

interface LightboxSlideProps {
  card: ImageCard_ImageFragment;
  more: PictureZoom_ImageFragment | null;
  /** 0 for the one that is looked at. */
  offset: number;
  room: { width: number; height: number };
  /** How far it is zoomed into; 1 at first. */
  scale: number;
}

export function LightboxSlide({ card, more, offset, room, scale }: LightboxSlideProps) {
  const picture = readFragment(PictureFragment, card);
  const delivery = useDelivery({ id: picture.id, candidates: candidatesOf(picture, more), expiresAt: picture.w256.expiresAt, renew: useRenewal(picture) });
  const isCurrent = offset === 0;
  // What was fetched for a closer look is kept on the way back.
  const [closest, setClosest] = useState(1);
  if (isCurrent && scale > closest) setClosest(scale);

  const width = containWidth(room, picture);
  return (
    <div className={classes.slide}>
      <div style={{ width, height: (width * picture.height) / picture.width }}>
        <Picture
          delivery={delivery}
          alt={pictureAlt(card)}
          thumbhash={picture.thumbhash}
          sizes={sizesOf(width * closest)}
          width={picture.width}
          height={picture.height}
          priority={isCurrent ? 'first' : savesData() ? 'late' : 'soon'}
        />
      </div>
      <PictureTrouble delivery={delivery} name={pictureName(card)} />
    </div>
  );
}
