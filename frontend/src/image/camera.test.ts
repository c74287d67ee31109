import { expect, it } from 'vitest';
import { coordinates, exposureWords, mapUrl } from './camera';

it('writes the settings as photographers do, as far as they are known', () => {
  expect(exposureWords({ focalLength: 23.4, aperture: 2.8, exposure: '1/250', iso: 160 })).toBe('23.4 mm · f/2.8 · 1/250 s · ISO 160');
  expect(exposureWords({ focalLength: 50, aperture: null, exposure: null, iso: null })).toBe('50 mm');
  expect(exposureWords({ focalLength: null, aperture: null, exposure: null, iso: null })).toBe('');
});

it('tells places on every side of the Earth', () => {
  expect(coordinates({ latitude: 48.85837, longitude: 2.29448 })).toBe('48.85837° N, 2.29448° E');
  expect(coordinates({ latitude: -33.8568, longitude: -70.5 })).toBe('33.85680° S, 70.50000° W');
  expect(mapUrl({ latitude: -33.8568, longitude: 1e-7 })).toBe('https://www.openstreetmap.org/?mlat=-33.856800&mlon=0.000000#map=15/-33.856800/0.000000');
});
