import { describe, expect, it } from 'vitest';
import { comesBefore, filenameKey, passes } from './listed';

const image = { id: 'image_2', filename: 'b.png', byteSize: 2, uploadedAt: '2026-11-20T08:00:00.000Z', takenAt: null, favorite: true, tags: ['Sea', 'sun'], altText: null, status: null };

describe('a filter', () => {
  it('asks for everything that it names', () => {
    expect(passes(image, { favorite: true, tags: ['SEA', 'Sun'], hasAltText: false })).toBe(true);
    expect(passes(image, { favorite: true, tags: ['sea', 'moon'] })).toBe(false);
    expect(passes(image, { analysisStatus: ['COMPLETED'] })).toBe(false);
    expect(passes(image, {})).toBe(true);
  });

  it('has days that begin at their first moment, and end before the next', () => {
    const at = (uploadedAt: string) => passes({ ...image, uploadedAt }, { uploadedAfter: '2026-11-20T00:00:00.000Z', uploadedBefore: '2026-11-21T00:00:00.000Z' });
    expect(['2026-11-19T23:59:59.999Z', '2026-11-20T00:00:00.000Z', '2026-11-20T23:59:59.999Z', '2026-11-21T00:00:00.000Z'].map(at)).toEqual([false, true, true, false]);
    expect(passes(image, { takenAfter: '1970-01-01T00:00:00.000Z' })).toBe(false);
  });

  it('cannot tell what is not known, unless something else says no', () => {
    expect(passes({ id: 'x' }, { favorite: true })).toBeNull();
    expect(passes({ ...image, altText: 'In which language?' }, { hasAltText: true })).toBeNull();
    expect(passes({ ...image, altText: 'In which language?' }, { hasAltText: true, favorite: false })).toBe(false);
  });
});

describe('names', () => {
  const sorted = (names: string[]) => [...names].sort((one, other) => (filenameKey(one) < filenameKey(other) ? -1 : 1));

  it('are ordered without regard to case and accents, numbers by their value', () => {
    expect(sorted(['IMG_10.jpg', 'img_9.jpg', 'IMG_0010a.jpg', 'b.png', 'Ähre.jpg', 'ahorn.jpg', 'Zoo.gif', '2.png', '10.png'])).toEqual([
      '2.png',
      '10.png',
      'ahorn.jpg',
      'Ähre.jpg',
      'b.png',
      'img_9.jpg',
      'IMG_10.jpg',
      'IMG_0010a.jpg',
      'Zoo.gif',
    ]);
  });

  it('are ordered by their bytes, as databases do: beyond the first plane too', () => {
    expect(sorted(['\u{1F600}', '\uFF5E', 'z'])).toEqual(['z', '\uFF5E', '\u{1F600}']);
  });
});

it('ties are broken by age, in the direction of the order', () => {
  const older = { ...image, id: 'image_1' };
  expect(comesBefore({ field: 'BYTE_SIZE', direction: 'ASC' }, older, image)).toBe(true);
  expect(comesBefore({ field: 'BYTE_SIZE', direction: 'DESC' }, older, image)).toBe(false);
  expect(comesBefore({ field: 'TAKEN_AT', direction: 'DESC' }, { ...older, takenAt: '2026-11-21T00:00:00.000Z' }, image)).toBe(true);
  expect(comesBefore({ field: 'TAKEN_AT', direction: 'DESC' }, { id: 'x' }, image)).toBeNull();
});
