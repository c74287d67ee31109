import { expect, it } from 'vitest';
import type { Picture_ImageFragment, PictureZoom_ImageFragment } from '../gql/graphql';
import { candidatesOf, containWidth, coverWidth, sizesOf, srcSetOf, thumbnailSizesOf } from './renditions';

const file = (width: number) => ({ __typename: 'Rendition' as const, url: `/media/${width}.jpg`, width, expiresAt: '2026-11-20T12:00:00Z' });

/** As the server answers for a picture of this width: never enlarged. */
function answers(width: number) {
  const at = (step: number) => file(Math.min(step, width));
  const picture = { id: 'image_1', width, height: 10, thumbhash: '', w256: at(256), w400: at(400), w640: at(640), w1024: at(1024), w1600: at(1600) };
  const zoom = { id: 'image_1', w2560: at(2560), w4096: at(4096) };
  return [picture as Picture_ImageFragment, zoom as PictureZoom_ImageFragment] as const;
}

const widths = (width: number, zoomed = false) => {
  const [picture, zoom] = answers(width);
  return candidatesOf(picture, zoomed ? zoom : null).map((one) => one.width);
};

it('offers every file once, with its true width', () => {
  expect(widths(6000)).toEqual([256, 400, 640, 1024, 1600]);
  expect(widths(700)).toEqual([256, 400, 640, 700]);
  expect(widths(36)).toEqual([36]);
});

it('offers the large ones with them where they were asked for', () => {
  expect(widths(6000, true)).toEqual([256, 400, 640, 1024, 1600, 2560, 4096]);
  expect(widths(2048, true)).toEqual([256, 400, 640, 1024, 1600, 2048]);
});

it('goes from small to large also where a tall picture is narrower than what was asked for', () => {
  const [picture] = answers(6000);
  expect(candidatesOf({ ...picture, w1600: file(512) }).map((one) => one.width)).toEqual([256, 400, 512, 640, 1024]);
});

it('writes them as srcset wants them', () => {
  expect(srcSetOf(candidatesOf(answers(300)[0]))).toBe('/media/256.jpg 256w, /media/300.jpg 300w');
});

it('knows that a cropped picture is drawn wider than its box', () => {
  expect(coverWidth({ width: 300, height: 200 }, { width: 1500, height: 1000 })).toBe(300);
  expect(coverWidth({ width: 300, height: 100 }, { width: 6000, height: 1000 })).toBe(600);
  expect(coverWidth({ width: 50, height: 100 }, { width: 100, height: 1000 })).toBe(50);
});

it('puts a picture wholly into a box, and never enlarges it', () => {
  expect(containWidth({ width: 390, height: 844 }, { width: 3000, height: 2000 })).toBe(390);
  expect(containWidth({ width: 1280, height: 860 }, { width: 2000, height: 4000 })).toBe(430);
  expect(containWidth({ width: 1280, height: 860 }, { width: 36, height: 24 })).toBe(36);
});

it('says whole pixels, and never none', () => {
  expect(sizesOf(157.2)).toBe('158px');
  expect(sizesOf(0)).toBe('1px');
});

it('asks for two dots a pixel at the most where a picture is a thumbnail', () => {
  expect(thumbnailSizesOf(157.2)).toBe('(min-resolution: 2.5dppx) 105px, 158px');
});
