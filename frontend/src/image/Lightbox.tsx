// The picture on the whole screen, with its neighbors a key away. Loaded when it is first opened.
import { useRef, useState } from 'react';
import { useWindowEvent } from '@mantine/hooks';
import type { SlideImage, ZoomRef } from 'yet-another-react-lightbox';
import YetAnotherLightbox from 'yet-another-react-lightbox';
import Zoom from 'yet-another-react-lightbox/plugins/zoom';
import 'yet-another-react-lightbox/styles.css';
import { readFragment } from '../gql';
import type { ImageCard_ImageFragment, PictureZoom_ImageFragment } from '../gql/graphql';
import { pictureName } from '../lib/pictureName';
import { PictureFragment } from '../lib/renditions';
import { savesData } from '../lib/saveData';
import classes from './Lightbox.module.css';
import { LightboxSlide } from './LightboxSlide';

interface LightboxProps {
  pictures: readonly ImageCard_ImageFragment[];
  /** Of the one that the page is about: it follows what is looked at here. */
  index: number;
  /** How many pictures there are, also those that are not loaded yet. */
  total: number;
  /** The large renditions of the one that is shown. */
  zoom: PictureZoom_ImageFragment | null;
  onView: (id: string) => void;
  onClose: () => void;
}

/** The server makes no larger ones. */
const largest = 4096;

export default function Lightbox({ pictures, index: pageIndex, total, zoom, onView, onClose }: LightboxProps) {
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const control = useRef<ZoomRef>(null);
  // Known here before the page follows: the list may change in between, and what is shown then would jump back.
  const [shownId, setShownId] = useState(pictures[pageIndex]?.id);
  const found = pictures.findIndex(({ id }) => id === shownId);
  const index = found < 0 ? pageIndex : found;
  const shown = pictures[index];

  function view(picture: ImageCard_ImageFragment | undefined) {
    if (!picture || picture.id === shown?.id) return;
    setShownId(picture.id);
    onView(picture.id);
  }

  // By id, and not by URL: news of the same pictures are no new slides, which would end a movement.
  const [slides, setSlides] = useState(() => slidesOf(pictures));
  if (slides.length !== pictures.length || slides.some(({ src }, at) => src !== pictures[at]?.id)) setSlides(slidesOf(pictures));
  const byId = new Map(pictures.map((picture) => [picture.id, picture]));

  useWindowEvent('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const to = event.key === 'Home' ? pictures[0] : event.key === 'End' ? pictures.at(-1) : null;
    if (to) view(to);
    else if (event.key === '0') control.current?.changeZoom(1);
    else if (event.key === '=') control.current?.zoomIn();
    else return;
    event.preventDefault();
  });

  return (
    <YetAnotherLightbox
      open
      close={onClose}
      index={index}
      slides={slides}
      plugins={[Zoom]}
      className={classes.lightbox}
      carousel={{ finite: true, padding: 0, preload: savesData() ? 1 : 2 }}
      controller={{ closeOnBackdropClick: true, closeOnPullDown: true }}
      animation={calm ? { fade: 0, swipe: 0, zoom: 0 } : { fade: 200, swipe: 280, zoom: 240 }}
      zoom={{ ref: control, maxZoomPixelRatio: 2, scrollToZoom: true, pinchZoomV4: true }}
      render={{
        ...(slides.length > 1 ? {} : { buttonPrev: () => null, buttonNext: () => null }),
        slide: ({ slide, offset, rect, zoom: scale = 1 }) => {
          const picture = byId.get((slide as SlideImage).src);
          if (!picture) return null;
          return <LightboxSlide key={picture.id} card={picture} more={zoom?.id === picture.id ? zoom : null} offset={offset} room={rect} scale={scale} />;
        },
        controls: () =>
          shown && (
            <p role="status" className={classes.position} data-alone={total === 1}>
              <span className={classes.heard}>{pictureName(shown)}, </span>
              {total > 1 && `${(index + 1).toLocaleString('en-US')} of ${total.toLocaleString('en-US')}`}
            </p>
          ),
      }}
      on={{ view: ({ index: at }) => view(pictures[at]) }}
    />
  );
}

function slidesOf(pictures: readonly ImageCard_ImageFragment[]) {
  return pictures.map((picture): SlideImage => ({ src: picture.id, ...limited(readFragment(PictureFragment, picture)) }));
}

/** Not more pixels than the largest rendition has: what is zoomed into has to be there. */
function limited({ width, height }: { width: number; height: number }) {
  const scale = Math.min(1, largest / width);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}
