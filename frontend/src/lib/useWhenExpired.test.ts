import { renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useWhenExpired } from './useWhenExpired';

beforeEach(() => void vi.useFakeTimers({ now: Date.parse('2026-11-20T12:00:00Z') }));
afterEach(() => void vi.useRealTimers());

function setup() {
  const onExpired = vi.fn();
  const view = renderHook(({ at }) => useWhenExpired(at, onExpired), { initialProps: { at: '2026-11-21T00:00:00Z' } });
  return { ...view, onExpired };
}

it('calls once when the time has come, and again for another time', () => {
  const { onExpired, rerender } = setup();
  vi.advanceTimersByTime(12 * 3600_000 - 1);
  expect(onExpired).toHaveBeenCalledTimes(0);
  vi.advanceTimersByTime(300_000);
  expect(onExpired).toHaveBeenCalledTimes(1);
  rerender({ at: '2026-11-21T12:00:00Z' });
  vi.advanceTimersByTime(13 * 3600_000);
  expect(onExpired).toHaveBeenCalledTimes(2);
});

it('calls when the page is seen again after a long sleep', () => {
  const { onExpired } = setup();
  vi.setSystemTime(Date.parse('2026-11-22T12:00:00Z'));
  document.dispatchEvent(new Event('visibilitychange'));
  expect(onExpired).toHaveBeenCalledTimes(1);
});
