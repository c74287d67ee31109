import { expect, it } from 'vitest';
import { takenWords } from './taken';

const exif = { takenAtLocal: '2026-06-14T21:04:09', utcOffset: '+02:00' };
const words = (takenAt: string | null, camera: { takenAtLocal: string | null; utcOffset: string | null } | null) =>
  takenWords({ takenAt, exif: camera }, 'en-US');

it('tells the time by the clock of the place, whatever the viewer’s time zone', () => {
  expect(words('2026-06-14T19:04:09.000Z', exif)).toEqual({
    text: expect.stringMatching(/^Jun 14, 2026, 9:04\sPM \(UTC\+02:00\)$/),
    fromFile: true,
    input: '2026-06-14T21:04:09',
  });
  // Without an offset the server takes the clock for UTC.
  expect(words('2026-06-14T21:04:09.000Z', { ...exif, utcOffset: null })?.text).toMatch(/9:04\sPM$/);
});

it('tells the owner’s word by the viewer’s clock', () => {
  const local = new Date(2020, 0, 2, 3, 4, 5);
  expect(words(local.toISOString(), exif)).toEqual({
    text: expect.stringMatching(/^Jan 2, 2020, 3:04\sAM$/),
    fromFile: false,
    input: '2020-01-02T03:04:05',
  });
  expect(words(local.toISOString(), { takenAtLocal: 'no date', utcOffset: null })?.fromFile).toBe(false);
});

it('has no words where nobody says', () => {
  expect(words(null, exif)).toBeNull();
});
