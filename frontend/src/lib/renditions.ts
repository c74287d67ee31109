// Which files of a picture there are, and what the browser needs to know to take the one that fits the screen.
import { graphql } from '../gql';
import type { Picture_ImageFragment, PictureZoom_ImageFragment } from '../gql/graphql';

/**
 * A picture wherever it is shown. Each width is 1.6 times the one before, so that nobody fetches much more than is seen;
 * all are steps of the server's ladder. All URLs of one answer expire together.
 */
export const PictureFragment = graphql(`
  fragment Picture_image on Image {
    id
    width
    height
    thumbhash
    w256: rendition(transform: { width: 256 }) {
      url
      width
      expiresAt
    }
    w400: rendition(transform: { width: 400 }) {
      url
      width
    }
    w640: rendition(transform: { width: 640 }) {
      url
      width
    }
    w1024: rendition(transform: { width: 1024 }) {
      url
      width
    }
    w1600: rendition(transform: { width: 1600 }) {
      url
      width
    }
  }
`);

/** Beyond that: for the picture that fills the screen, or is looked at closely. */
export const PictureZoomFragment = graphql(`
  fragment PictureZoom_image on Image {
    id
    w2560: rendition(transform: { width: 2560 }) {
      url
      width
    }
    w4096: rendition(transform: { width: 4096 }) {
      url
      width
    }
  }
`);

/** One file; its true width in pixels. */
export interface Candidate {
  url: string;
  width: number;
}

/** From small to large, each once: a picture smaller than a step has the same file for it and all above. */
export function candidatesOf(picture: Picture_ImageFragment, zoom: PictureZoom_ImageFragment | null = null): Candidate[] {
  const { w256, w400, w640, w1024, w1600 } = picture;
  const all = [w256, w400, w640, w1024, w1600, ...(zoom ? [zoom.w2560, zoom.w4096] : [])];
  const sorted = all.toSorted((one, other) => one.width - other.width);
  return sorted.filter(({ width }, index) => width !== sorted[index - 1]?.width).map(({ url, width }) => ({ url, width }));
}

export function srcSetOf(candidates: readonly Candidate[]): string {
  return candidates.map(({ url, width }) => `${url} ${width}w`).join(', ');
}

interface Size {
  width: number;
  height: number;
}

/** How wide a picture is drawn that fills a box and loses what is outside of it: `object-fit: cover`. */
export function coverWidth(box: Size, picture: Size): number {
  return Math.max(box.width, (box.height * picture.width) / picture.height);
}

/** How wide a picture is drawn that is wholly inside a box, and not enlarged. */
export function containWidth(box: Size, picture: Size): number {
  return Math.min(box.width, (box.height * picture.width) / picture.height, picture.width);
}

/** `sizes` where the width is known to the pixel. */
export function sizesOf(width: number): string {
  return `${Math.max(1, Math.ceil(width))}px`;
}

/** For thumbnails. Of three dots a pixel nobody sees the third: two are asked for, which is half of the bytes. */
export function thumbnailSizesOf(width: number): string {
  return `(min-resolution: 2.5dppx) ${sizesOf((width * 2) / 3)}, ${sizesOf(width)}`;
}
