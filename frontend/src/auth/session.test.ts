import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RequestFailed } from '../lib/execute';
import type { Grant } from './session';
import { SessionStore } from './session';

const minute = 60_000;
const account = { id: 'user_1', username: 'ada', email: 'ada@example.org', language: 'en' };
let issued = 0;

function grant(id = account.id): Grant {
  issued += 1;
  return {
    account: { ...account, id },
    accessToken: `token ${issued}`,
    accessTokenExpiresAt: new Date(Date.now() + 15 * minute).toISOString(),
  };
}

function tabs() {
  return { postMessage: vi.fn(), onmessage: null as ((event: MessageEvent) => void) | null };
}

beforeEach(() => {
  issued = 0;
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe('the session', () => {
  it('is restored once, and then tells who it is', async () => {
    const refresh = vi.fn(async () => grant());
    const store = new SessionStore(refresh);
    expect(store.get().status).toBe('restoring');
    await store.restore();
    expect(store.get()).toEqual({ status: 'signedIn', account });
    expect(store.token()).toBe('token 1');
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('is nobody’s without a cookie', async () => {
    const store = new SessionStore(async () => null);
    await store.restore();
    expect(store.get().status).toBe('signedOut');
    expect(await store.freshToken()).toBeNull();
  });

  it('says so when the server cannot be reached, and can be tried again', async () => {
    const refresh = vi.fn<() => Promise<Grant | null>>().mockRejectedValueOnce(new RequestFailed('x', null)).mockResolvedValueOnce(grant());
    const store = new SessionStore(refresh);
    await store.restore();
    expect(store.get().status).toBe('unreachable');
    await store.restore();
    expect(store.get().status).toBe('signedIn');
  });

  it('refreshes once for everybody who asks at the same time', async () => {
    const refresh = vi.fn(async () => grant());
    const store = new SessionStore(refresh);
    const tokens = await Promise.all([store.refresh(), store.refresh(), store.freshToken()]);
    expect(refresh).toHaveBeenCalledTimes(1);
    expect(tokens).toEqual(['token 1', 'token 1', 'token 1']);
    await store.refresh();
    expect(refresh).toHaveBeenCalledTimes(2);
  });

  it('renews ahead of the expiry, without being asked', async () => {
    const refresh = vi.fn(async () => grant());
    const store = new SessionStore(refresh);
    store.begin(grant());
    await vi.advanceTimersByTimeAsync(13 * minute);
    expect(refresh).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(minute);
    expect(refresh).toHaveBeenCalledTimes(1);
    expect(store.token()).toBe('token 2');
  });

  it('renews before use where the timer slept, as laptops do', async () => {
    const refresh = vi.fn(async () => grant());
    const store = new SessionStore(refresh);
    store.begin(grant());
    vi.setSystemTime(Date.now() + 20 * minute);
    expect(store.isStale()).toBe(true);
    expect(await store.freshToken()).toBe('token 2');
  });

  it('does not renew at every request when this clock is an hour fast', async () => {
    const store = new SessionStore(async () => null);
    store.begin({ ...grant(), accessTokenExpiresAt: new Date(Date.now() - 45 * minute).toISOString() });
    expect(store.isStale()).toBe(false);
  });

  it('tries again after a renewal that reached nobody, and stays signed in', async () => {
    const refresh = vi.fn<() => Promise<Grant | null>>().mockRejectedValueOnce(new RequestFailed('x', null)).mockImplementation(async () => grant());
    const store = new SessionStore(refresh);
    store.begin(grant());
    await vi.advanceTimersByTimeAsync(15 * minute);
    expect(refresh).toHaveBeenCalledTimes(2);
    expect(store.get().status).toBe('signedIn');
  });

  it('ends when the refresh token is no longer good', async () => {
    const store = new SessionStore(async () => null);
    store.begin(grant());
    expect(await store.refresh()).toBeNull();
    expect(store.get().status).toBe('signedOut');
    expect(store.token()).toBeNull();
  });

  it('is not brought back by a refresh that was under way at the logout', async () => {
    let answer: (value: Grant) => void = () => undefined;
    const store = new SessionStore(() => new Promise((resolve) => (answer = resolve)));
    store.begin(grant());
    const pending = store.refresh();
    store.end();
    answer(grant());
    expect(await pending).toBeNull();
    expect(store.get().status).toBe('signedOut');
  });

  it('does not redraw anything for a new token of the same account', async () => {
    const store = new SessionStore(async () => grant());
    store.begin(grant());
    const listener = vi.fn();
    store.subscribe(listener);
    await store.refresh();
    expect(listener).not.toHaveBeenCalled();
  });

  it('ends and begins with the other tabs', async () => {
    const channel = tabs();
    const store = new SessionStore(async () => grant(), channel);
    store.begin(grant());
    expect(channel.postMessage).toHaveBeenLastCalledWith('signed-in');
    channel.onmessage?.(new MessageEvent('message', { data: 'signed-out' }));
    expect(store.get().status).toBe('signedOut');
    channel.onmessage?.(new MessageEvent('message', { data: 'signed-in' }));
    await vi.advanceTimersByTimeAsync(0);
    expect(store.get().status).toBe('signedIn');
    // What came from another tab is not told to it again.
    expect(channel.postMessage).toHaveBeenCalledTimes(1);
  });
});
