import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { retryAfter } from './retryAfter';

beforeEach(() => vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z') }));
afterEach(() => vi.useRealTimers());

it.each([
  ['7', 7],
  ['0', 1],
  ['Thu, 01 Jan 2026 00:00:12 GMT', 12],
  ['Thu, 01 Jan 2025 00:00:00 GMT', 1],
  ['soon', null],
  ['', null],
])('reads %j as %j seconds', (value, seconds) => {
  expect(retryAfter(new Headers({ 'retry-after': value }))).toBe(seconds);
});

it('is null where there is none', () => {
  expect(retryAfter(new Headers())).toBeNull();
  expect(retryAfter(undefined)).toBeNull();
});
