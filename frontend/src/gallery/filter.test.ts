import { describe, expect, it } from 'vitest';
import { parseSearch, stringifySearch } from '../lib/searchParams';
import type { FilterSearch } from './filter';
import { choicesOf, maxFilterTags, parseFilter, parseGallerySearch, toImageFilter } from './filter';

const read = (url: string) => parseGallerySearch(parseSearch(url));

describe('the filter in the URL', () => {
  it('is read, and written the same way', () => {
    const url = '?order=taken-first&favorite=true&tag=sea&tag=two+people&type=jpeg&type=gif&taken_from=2026-01-02&taken_to=2026-02-03&alt=without&analysis=failed';
    expect(read(url)).toEqual({
      order: 'taken-first',
      favorite: true,
      tag: ['sea', 'two people'],
      type: ['jpeg', 'gif'],
      taken_from: '2026-01-02',
      taken_to: '2026-02-03',
      alt: 'without',
      analysis: ['failed'],
    });
    expect(stringifySearch({ ...read(url) })).toBe(url);
    expect(stringifySearch({})).toBe('');
  });

  it.each([
    '?order=toString&favorite=maybe&tag=&type=bmp&taken_from=yesterday&taken_to=2026-02-31&alt=perhaps&analysis=__proto__',
    '?order=newest&favorite=false&tag=,,&uploaded_from=2026-13-01&uploaded_to=99999-01-01&page=3',
    '?order&favorite&tag&type&alt&analysis&taken_from&%E0%A4%A=%',
    `?tag=${'x'.repeat(51)}`,
    // All kinds of files is no filter.
    '?type=jpeg&type=png&type=gif&type=webp',
  ])('ignores junk: %s', (url) => {
    expect(read(url)).toEqual({});
  });

  it('has one form for the same choice', () => {
    expect(read('?tag=Sea&tag=sea,SUN&type=gif&type=JPEG&type=gif')).toEqual({ tag: ['Sea', 'SUN'], type: ['jpeg', 'gif'] });
    expect(read('?analysis=failed&analysis=pending')).toEqual(read('?analysis=pending&analysis=failed&analysis=pending'));
    expect(read('?taken_from=2026-03-01&taken_to=2026-01-01')).toEqual({ taken_from: '2026-01-01', taken_to: '2026-03-01' });
    expect(read(`?${Array.from({ length: 15 }, (_, index) => `tag=t${index}`).join('&')}`).tag).toHaveLength(maxFilterTags);
  });
});

describe('the filter in the API', () => {
  it('is left out where nothing is filtered', () => {
    expect(toImageFilter({})).toBeUndefined();
  });

  it('takes whole days by the viewer’s clock, both ends included', () => {
    const filter = toImageFilter({ uploaded_from: '2026-11-20', uploaded_to: '2026-11-20', taken_to: '2026-12-31' });
    expect(filter).toEqual({
      uploadedAfter: new Date(2026, 10, 20).toISOString(),
      uploadedBefore: new Date(2026, 10, 21).toISOString(),
      takenBefore: new Date(2027, 0, 1).toISOString(),
    });
  });

  it('knows the names of the API', () => {
    expect(toImageFilter({ favorite: true, tag: ['sea'], type: ['webp'], alt: 'without', analysis: ['pending', 'done'] })).toEqual({
      favorite: true,
      tags: ['sea'],
      contentTypes: ['image/webp'],
      hasAltText: false,
      analysisStatus: ['QUEUED', 'RUNNING', 'COMPLETED'],
    });
  });
});

describe('the choices', () => {
  const filter: FilterSearch = { favorite: true, tag: ['sea', 'sun'], type: ['gif'], taken_from: '2026-01-02', alt: 'with', analysis: ['failed'] };

  it('are told in words', () => {
    expect(choicesOf(filter).map(({ label }) => label)).toEqual([
      'Favorites',
      '#sea',
      '#sun',
      'GIF',
      `Taken since ${new Date('2026-01-02T00:00:00Z').toLocaleDateString(undefined, { dateStyle: 'medium', timeZone: 'UTC' })}`,
      'With alt text',
      'Description: failed',
    ]);
  });

  it('are taken back one at a time, until nothing is left', () => {
    let left = filter;
    for (let count = 7; count > 0; count -= 1) {
      expect(choicesOf(left)).toHaveLength(count);
      left = choicesOf(left)[0]?.rest ?? {};
    }
    expect(left).toEqual({});
    expect(choicesOf(parseFilter({ tag: ['sea', 'sun'] }))[0]?.rest).toEqual({ tag: ['sun'] });
  });
});
