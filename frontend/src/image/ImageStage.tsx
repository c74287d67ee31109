// The picture itself, as large as the window allows, on a quiet ground.
import { readFragment } from '../gql';
import type { ImageCard_ImageFragment, PictureZoom_ImageFragment } from '../gql/graphql';
import { useRenewal } from '../gallery/renewPictures';
import { pictureAlt, pictureName } from '../lib/pictureName';
import { candidatesOf, PictureFragment } from '../lib/renditions';
import { ExpandIcon } from '../ui/icons';
import { Picture } from '../ui/Picture';
import { PictureTrouble } from '../ui/PictureTrouble';
import { isTrouble, useDelivery } from '../ui/useDelivery';
import classes from './ImageStage.module.css';
import { stageSizes } from './stageSizes';

interface ImageStageProps {
  card: ImageCard_ImageFragment;
  /** Null until the page's own answer is there. */
  zoom: PictureZoom_ImageFragment | null;
  onOpen: () => void;
}

export function ImageStage({ card, zoom, onOpen }: ImageStageProps) {
  const picture = readFragment(PictureFragment, card);
  const delivery = useDelivery({ id: picture.id, candidates: candidatesOf(picture, zoom), expiresAt: picture.w256.expiresAt, renew: useRenewal(picture) });
  const { width, height } = picture;
  return (
    <div className={classes.frame} data-small={width < 160 || height < 112} style={{ '--ratio': width / height, '--natural': `${width}px` } as React.CSSProperties}>
      <button type="button" className={classes.open} aria-label={`Enlarge: ${pictureAlt(card) || card.filename}`} onClick={onOpen}>
        <span className={classes.fit}>
          <Picture key={picture.id} delivery={delivery} alt="" priority="first" thumbhash={picture.thumbhash} sizes={stageSizes(picture)} width={width} height={height} />
        </span>
        {!isTrouble(delivery.state) && (
          <span className={classes.hint} aria-hidden>
            <ExpandIcon />
          </span>
        )}
      </button>
      <PictureTrouble delivery={delivery} name={pictureName(card)} />
    </div>
  );
}
