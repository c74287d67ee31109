import { describe, expect, it } from 'vitest';
import { formatBytes, formatTypes, languageName, plural } from './format';

describe('formatBytes', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1 KB'],
    [1536, '1.54 KB'],
    [999_499, '999 KB'],
    [999_999, '1 MB'],
    [1_000_000, '1 MB'],
    [20_000_000, '20 MB'],
    [100_000_000, '100 MB'],
    [2_340_000_000, '2.34 GB'],
    [5e15, '5000 TB'],
  ])('writes %d as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('formatTypes', () => {
  it('joins names as a sentence does', () => {
    expect(formatTypes(['image/jpeg', 'image/png', 'image/webp'])).toBe('JPEG, PNG or WebP');
    expect(formatTypes(['image/gif'])).toBe('GIF');
    expect(formatTypes([])).toBe('');
  });
});

it('shows a tag that names no language as it is', () => {
  expect(languageName('pt-BR')).toBe('Brazilian Portuguese');
  expect(languageName('!')).toBe('!');
});

it('counts in words', () => {
  expect(plural(1, 'picture')).toBe('1 picture');
  expect(plural(1200, 'picture')).toBe('1,200 pictures');
});
