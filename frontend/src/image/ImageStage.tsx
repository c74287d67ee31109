// The picture itself, as large as the window allows, on a quiet ground.
import type { FragmentType } from '../gql';
import { graphql, readFragment } from '../gql';
import { ImageCardFragment } from '../gallery/ImageCard';
import { pictureAlt } from '../lib/pictureName';
import { ExpandIcon } from '../ui/icons';
import { Picture } from '../ui/Picture';
import classes from './ImageStage.module.css';

/** Beyond the sizes of the gallery's cards. */
export const ImageStageFragment = graphql(`
  fragment ImageStage_image on Image {
    id
    wide: rendition(transform: { width: 1600 }) {
      url
      width
      height
    }
    full: rendition(transform: { width: 2400 }) {
      url
      width
      height
    }
  }
`);

interface ImageStageProps {
  card: FragmentType<typeof ImageCardFragment>;
  /** Null until the page's own answer is there. */
  stage: FragmentType<typeof ImageStageFragment> | null;
  onOpen: () => void;
}

export function ImageStage({ card, stage, onOpen }: ImageStageProps) {
  const picture = readFragment(ImageCardFragment, card);
  const more = readFragment(ImageStageFragment, stage);
  const { width, height } = picture;
  return (
    <button
      type="button"
      className={classes.frame}
      aria-label={`Enlarge: ${pictureAlt(picture) || picture.filename}`}
      style={{ '--ratio': width / height, '--natural': `${width}px` } as React.CSSProperties}
      onClick={onOpen}
    >
      <Picture
        key={picture.id}
        alt=""
        eager
        thumbhash={picture.thumbhash}
        sources={[picture.medium, picture.large, ...(more ? [more.wide, more.full] : [])]}
        sizes="(max-width: 62em) 100vw, calc(100vw - 480px)"
        width={width}
        height={height}
      />
      <span className={classes.hint} aria-hidden>
        <ExpandIcon />
      </span>
    </button>
  );
}
