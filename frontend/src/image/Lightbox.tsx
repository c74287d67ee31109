// The picture on the whole screen, with its neighbors a key away. Loaded when it is first opened.
import YetAnotherLightbox from 'yet-another-react-lightbox';
import Zoom from 'yet-another-react-lightbox/plugins/zoom';
import 'yet-another-react-lightbox/styles.css';
import type { ImageCard_ImageFragment, ImageStage_ImageFragment } from '../gql/graphql';
import { pictureAlt } from '../lib/pictureName';

interface LightboxProps {
  pictures: readonly ImageCard_ImageFragment[];
  index: number;
  /** The large renditions of the one that is shown. */
  stage: ImageStage_ImageFragment | null;
  onView: (id: string) => void;
  onClose: () => void;
}

export default function Lightbox({ pictures, index, stage, onView, onClose }: LightboxProps) {
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const slides = pictures.map((picture) => {
    const extra = stage?.id === picture.id ? [stage.wide, stage.full] : [];
    const ratio = picture.height / picture.width;
    const sources = [picture.medium, picture.large, ...extra].map(({ url, width }) => ({
      src: url,
      width,
      height: Math.round(width * ratio),
    }));
    const last = sources.at(-1);
    return {
      src: last?.src ?? '',
      alt: pictureAlt(picture),
      width: last?.width,
      height: last?.height,
      srcSet: sources,
    };
  });

  return (
    <YetAnotherLightbox
      open
      close={onClose}
      index={index}
      slides={slides}
      plugins={[Zoom]}
      carousel={{ finite: true, padding: 0, preload: 2 }}
      controller={{ closeOnBackdropClick: true, closeOnPullDown: true }}
      animation={calm ? { fade: 0, swipe: 0 } : { fade: 200, swipe: 280 }}
      zoom={{ maxZoomPixelRatio: 2, scrollToZoom: true }}
      render={slides.length > 1 ? undefined : { buttonPrev: () => null, buttonNext: () => null }}
      on={{
        view: ({ index: at }) => {
          const shown = pictures[at];
          if (shown && at !== index) onView(shown.id);
        },
      }}
    />
  );
}
