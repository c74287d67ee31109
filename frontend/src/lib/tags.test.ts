import { expect, it } from 'vitest';
import { mergeTags, splitTags, tagsProblem } from './tags';

it('takes tags apart at commas and line ends', () => {
  expect(splitTags(' sea,  two   people ,,\nsun\n')).toEqual(['sea', 'two people', 'sun']);
});

it('merges what differs only in case, and keeps the first spelling', () => {
  expect(mergeTags(['Sea', 'ÄHRE'], ['sea', 'ähre', 'Sun', 'SUN'])).toEqual(['Sea', 'ÄHRE', 'Sun']);
});

it('counts characters as people do', () => {
  expect(tagsProblem(['😀'.repeat(50)])).toBeNull();
  expect(tagsProblem(['😀'.repeat(51)])).toBe('A tag can have at most 50 characters.');
  const hundred = Array.from({ length: 100 }, (_, index) => `t${index}`);
  expect(tagsProblem(hundred)).toBeNull();
  expect(tagsProblem([...hundred, 'one more'])).toBe('There can be at most 100 tags.');
});
