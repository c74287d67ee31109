// A picture that arrives gently: its ThumbHash holds the place, the pixels fade in over it, nothing moves.
import { useCallback, useState } from 'react';
import { thumbhashUrl } from '../lib/thumbhash';
import classes from './Picture.module.css';

interface PictureProps {
  alt: string;
  thumbhash: string;
  sources: readonly { url: string; width: number }[];
  sizes: string;
  width: number;
  height: number;
  eager?: boolean;
}

export function Picture({ alt, thumbhash, sources, sizes, width, height, eager = false }: PictureProps) {
  const [state, setState] = useState<'loading' | 'there' | 'broken'>('loading');
  const placeholder = thumbhashUrl(thumbhash);
  // Small pictures are never enlarged, so that several renditions may be the same file.
  const distinct = sources.filter((source, index) => sources.findIndex(({ url }) => url === source.url) === index);

  const fromCache = useCallback((element: HTMLImageElement | null) => {
    if (element?.complete && element.naturalWidth > 0) setState('there');
  }, []);

  return (
    <span className={classes.picture} style={placeholder ? { backgroundImage: `url("${placeholder}")` } : undefined}>
      <img
        ref={fromCache}
        className={classes.image}
        data-state={state}
        alt={alt}
        srcSet={distinct.map((source) => `${source.url} ${source.width}w`).join(', ')}
        sizes={sizes}
        src={distinct[0]?.url}
        width={width}
        height={height}
        loading={eager ? 'eager' : 'lazy'}
        decoding="async"
        draggable={false}
        onLoad={() => setState('there')}
        onError={() => setState('broken')}
      />
    </span>
  );
}
