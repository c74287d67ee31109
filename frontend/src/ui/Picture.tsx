// A picture that arrives gently: its ThumbHash holds the place, the pixels fade in over it, nothing moves.
import { useCallback, useEffect, useState } from 'react';
import { bestArrived, noteArrival } from '../lib/arrived';
import { srcSetOf } from '../lib/renditions';
import { thumbhashUrl } from '../lib/thumbhash';
import { beginTrip } from '../lib/traffic';
import classes from './Picture.module.css';
import type { Delivery } from './useDelivery';
import { isTrouble } from './useDelivery';

/**
 * `first`: it is looked at, before all others; `seen`: it is looked at, while it is in sight, which the browser knows; `soon`: at
 * once, after those; `late`: when it comes near the screen; `held`: not yet.
 */
export type Priority = 'first' | 'seen' | 'soon' | 'late' | 'held';

interface PictureProps {
  delivery: Delivery;
  alt: string;
  thumbhash: string;
  /** Of the original, in pixels. */
  width: number;
  height: number;
  sizes: string;
  priority?: Priority;
}

export function Picture({ delivery, alt, thumbhash, width, height, sizes, priority = 'late' }: PictureProps) {
  const { candidates, state, attempt, arrived, failed } = delivery;
  // A smaller file that is at hand is better than the ThumbHash. Decided once: what comes later comes by itself.
  const [preview] = useState(() => bestArrived(candidates));
  const placeholder = preview ?? thumbhashUrl(thumbhash);

  const isLookedFor = (priority === 'first' || priority === 'seen') && (state === 'loading' || state === 'asking');
  useEffect(() => (isLookedFor ? beginTrip() : undefined), [isLookedFor]);

  const attend = useCallback((element: HTMLImageElement | null) => {
    if (!element) return undefined;
    // It may have come before anybody listened.
    if (element.complete && element.naturalWidth > 0) element.dispatchEvent(new Event('load'));
    return () =>
      queueMicrotask(() => {
        // One that is taken away would come all the same, until its memory is tidied up.
        if (!element.isConnected && !element.complete) for (const name of ['srcset', 'src']) element.removeAttribute(name);
      });
  }, []);

  return (
    <span className={classes.picture} data-state={state}>
      {placeholder && <span className={classes.placeholder} data-preview={preview !== null} style={{ backgroundImage: `url("${placeholder}")` }} />}
      {isTrouble(state) || state === 'asking' || priority === 'held' ? (
        // The browser's own sign of a picture that did not come says less than the words beside it.
        alt !== '' && <span role="img" aria-label={alt} className={classes.missing} />
      ) : (
        <img
          key={attempt}
          ref={attend}
          className={classes.image}
          alt={alt}
          sizes={sizes}
          srcSet={srcSetOf(candidates)}
          src={candidates[0]?.url}
          width={width}
          height={height}
          loading={priority === 'late' ? 'lazy' : 'eager'}
          fetchPriority={priority === 'first' ? 'high' : priority === 'soon' ? 'low' : 'auto'}
          decoding="async"
          draggable={false}
          onLoad={({ currentTarget }) => {
            noteArrival(currentTarget.currentSrc);
            arrived();
          }}
          onError={({ currentTarget }) => failed(currentTarget.currentSrc)}
        />
      )}
    </span>
  );
}
