import { describe, expect, it } from 'vitest';
import { parseNext } from './router';

describe('where a login leads', () => {
  it.each(['/', '/images/image_1?order=oldest'])('follows a path of this site: %s', (next) => {
    expect(parseNext({ next })).toEqual({ next });
  });

  it.each(['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '', 7])('ignores %s', (next) => {
    expect(parseNext({ next })).toEqual({});
  });
});
