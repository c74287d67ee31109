import { act, renderHook, waitFor } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import type { Renewal } from './useDelivery';
import { useDelivery } from './useDelivery';

afterEach(() => vi.unstubAllGlobals());

const later = new Date(Date.now() + 1e8).toISOString();
const earlier = new Date(Date.now() - 1000).toISOString();

/** `statuses` are what the media URL answers, one after the other; null for no answer at all. */
function setup(statuses: (number | null)[], renew?: () => Promise<Renewal>, expiresAt = later) {
  const asked = vi.fn(async () => {
    const status = statuses.shift() ?? null;
    if (status === null) throw new TypeError('offline');
    return { status };
  });
  vi.stubGlobal('fetch', asked);
  const view = renderHook(({ url, id = 'image_1' }: { url: string; id?: string }) => useDelivery({ id, candidates: [{ url, width: 1 }], expiresAt, renew }), { initialProps: { url: '/a' } as { url: string; id?: string } });
  const fail = async () => act(async () => view.result.current.failed('/a'));
  const state = () => view.result.current.state;
  return { ...view, fail, state, asked };
}

it.each([
  [503, 'busy'],
  [500, 'unreadable'],
  [404, 'gone'],
  [null, 'offline'],
] as const)('tells why a picture did not come: %s', async (status, trouble) => {
  const { fail, state } = setup([status]);
  await fail();
  await waitFor(() => expect(state()).toBe(trouble));
});

it('tries once more by itself when the file is there after all, and then no more', async () => {
  const { fail, state, result } = setup([200, 200]);
  await fail();
  expect([state(), result.current.attempt]).toEqual(['loading', 1]);
  await fail();
  expect([state(), result.current.attempt]).toEqual(['unreadable', 1]);
});

it('is under way again when told to retry', async () => {
  const { fail, state, result } = setup([503]);
  await fail();
  act(() => result.current.retry());
  expect([state(), result.current.attempt]).toEqual(['loading', 1]);
  act(() => result.current.arrived());
  expect(state()).toBe('there');
});

it('asks for a new URL once when the old one is gone', async () => {
  const renew = vi.fn(async (): Promise<Renewal> => 'renewed');
  const { fail, state, rerender } = setup([404, 404], renew);
  await fail();
  expect([renew.mock.calls.length, state()]).toEqual([1, 'asking']);
  rerender({ url: '/b' });
  expect(state()).toBe('loading');
  await fail();
  await waitFor(() => expect(state()).toBe('gone'));
  expect(renew).toHaveBeenCalledTimes(1);
});

it('does not ask the old URL anything when it is known to have expired', async () => {
  const renew = vi.fn(async (): Promise<Renewal> => 'renewed');
  const { fail, asked } = setup([], renew, earlier);
  await fail();
  expect([renew.mock.calls.length, asked.mock.calls.length]).toEqual([1, 0]);
});

it.each([['gone'], ['same']] as const)('says that it is gone when there is no new URL: %s', async (renewal) => {
  const { fail, state } = setup([404], async () => renewal);
  await fail();
  await waitFor(() => expect(state()).toBe('gone'));
});

it('can be tried again when nobody answered who was asked for a new URL', async () => {
  const { fail, state } = setup([404], async () => Promise.reject(new Error('offline')));
  await fail();
  await waitFor(() => expect(state()).toBe('busy'));
});

it('keeps a picture that is there when its URL changes', () => {
  const { result, state, rerender } = setup([]);
  act(() => result.current.arrived());
  rerender({ url: '/b' });
  expect(state()).toBe('there');
});

it('knows nothing of another picture', () => {
  const { result, state, rerender } = setup([]);
  act(() => result.current.arrived());
  rerender({ url: '/b', id: 'image_2' });
  expect(state()).toBe('loading');
});

it('does not take an answer about old URLs for one about the new', async () => {
  let answer: (response: { status: number }) => void = () => {};
  const { result, state, rerender } = setup([]);
  vi.stubGlobal('fetch', () => new Promise((done) => (answer = done)));
  act(() => result.current.failed('/a'));
  rerender({ url: '/b' });
  act(() => result.current.arrived());
  await act(async () => answer({ status: 503 }));
  expect(state()).toBe('there');
});
