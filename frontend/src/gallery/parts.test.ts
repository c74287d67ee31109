import { describe, expect, it } from 'vitest';
import type { Parts } from './parts';
import { nextParts } from './parts';

/** Ids from `from` to `to`, which is not among them. */
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `i${from + index}`);
const first = (ids: readonly string[]) => nextParts({ ids: [], starts: new Set() }, ids);
const startsOf = ({ starts }: Parts) => [...starts];

describe('the parts of the list', () => {
  it('are as long as a page', () => {
    expect(startsOf(first(range(0, 100)))).toEqual(['i0', 'i40', 'i80']);
    expect(startsOf(first([]))).toEqual([]);
  });

  it('stay when the list goes on', () => {
    const page = first(range(0, 40));
    const two = nextParts(page, range(0, 80));
    expect(startsOf(two)).toEqual(['i0', 'i40']);
    expect(startsOf(nextParts(two, range(0, 83)))).toEqual(['i0', 'i40', 'i80']);
  });

  it('stay when pictures come before them or between, also when the list goes on after that', () => {
    const more = nextParts(first(range(5, 45)), range(0, 45));
    expect(startsOf(more)).toEqual(['i0']);
    expect(startsOf(nextParts(more, range(0, 85)))).toEqual(['i0', 'i45']);
    expect(startsOf(nextParts(first(range(0, 80)), ['i0', 'new', ...range(1, 80)]))).toEqual(['i0', 'i40']);
  });

  it('stay when pictures are deleted, and end with the last of their pictures', () => {
    const two = first(range(0, 80));
    expect(startsOf(nextParts(two, [...range(10, 39), ...range(40, 80)]))).toEqual(['i10', 'i40']);
    expect(startsOf(nextParts(two, range(0, 40)))).toEqual(['i0']);
    expect(startsOf(nextParts(two, [...range(0, 38), ...range(42, 80)]))).toEqual(['i0', 'i42']);
    // The last one that was there is gone when the list goes on.
    expect(startsOf(nextParts(two, [...range(0, 79), ...range(80, 90)]))).toEqual(['i0', 'i40', 'i80']);
  });

  it('are not begun for what joins a few', () => {
    expect(startsOf(nextParts(first(range(0, 3)), range(0, 4)))).toEqual(['i0']);
    expect(startsOf(nextParts(first(range(0, 3)), range(0, 60)))).toEqual(['i0', 'i40']);
  });

  it('are made anew for another list', () => {
    expect(startsOf(nextParts(first(range(0, 80)), range(100, 150)))).toEqual(['i100', 'i140']);
  });
});
