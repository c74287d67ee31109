import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SessionStore } from '../auth/session';
import { DeleteImagesMutation, GalleryCountQuery } from '../gallery/operations';
import { problemOf } from '../lib/problem';
import { notify } from '../ui/announcer';
import { makeClient } from './client';
import { grant } from './testing';

vi.mock('../ui/announcer', () => ({ notify: vi.fn() }));

const data = {
  images: { __typename: 'ImageConnection', totalCount: 3 },
  deleteImages: { __typename: 'DeleteImagesPayload', deletedIds: [], errors: [] },
};

/** A server that refuses the first `refusals` requests; `wait` is its Retry-After. */
function serve(refusals: number, wait: string | null, body = JSON.stringify({ errors: [{ message: 'Slower.', extensions: { code: 'RATE_LIMITED' } }] })) {
  const fetch = vi.fn(async () => {
    if (fetch.mock.calls.length > refusals) return new Response(JSON.stringify({ data }), { headers: { 'content-type': 'application/json' } });
    const headers = { 'content-type': body.startsWith('{') ? 'application/json' : 'text/html', ...(wait === null ? {} : { 'retry-after': wait }) };
    return new Response(body, { status: 429, headers });
  });
  vi.stubGlobal('fetch', fetch);
  const session = new SessionStore(async () => null);
  session.begin(grant('good'));
  return { fetch, client: makeClient(session).client };
}

const soon = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.mocked(notify).mockClear();
});

describe('a query that is refused for being too many', () => {
  it('is sent again after as long as the server says, and nobody is told', async () => {
    const { fetch, client } = serve(1, '7');
    const answer = client.query(GalleryCountQuery, {}).toPromise();
    await soon();
    await vi.advanceTimersByTimeAsync(6900);
    expect(fetch).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(200);
    expect((await answer).data?.images.totalCount).toBe(3);
    expect(fetch).toHaveBeenCalledTimes(2);
    expect(notify).not.toHaveBeenCalled();
  });

  it('is sent again twice at most', async () => {
    const { fetch, client } = serve(100, '1');
    const answer = client.query(GalleryCountQuery, {}).toPromise();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(problemOf((await answer).error)).toEqual({ title: 'Too many requests', message: 'Try again in 1 s.' });
    expect(fetch).toHaveBeenCalledTimes(3);
  });

  it('fails at once where it would have to wait for more than half a minute', async () => {
    const { fetch, client } = serve(1, '31');
    const { error } = await client.query(GalleryCountQuery, {}).toPromise();
    expect(problemOf(error).message).toBe('Try again in 31 s.');
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it('waits for some seconds where the server does not say how long', async () => {
    const { fetch, client } = serve(1, null);
    const answer = client.query(GalleryCountQuery, {}).toPromise();
    await vi.advanceTimersByTimeAsync(5100);
    expect((await answer).error).toBeUndefined();
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it('is forgotten when its page goes away', async () => {
    const { fetch, client } = serve(1, '2');
    const reading = client.query(GalleryCountQuery, {}).subscribe(() => {});
    await soon();
    reading.unsubscribe();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it('is known by its status where a proxy refuses it', async () => {
    const { fetch, client } = serve(1, '2', '<h1>429</h1>');
    const answer = client.query(GalleryCountQuery, {}).toPromise();
    await vi.advanceTimersByTimeAsync(2100);
    expect((await answer).data?.images.totalCount).toBe(3);
    expect(fetch).toHaveBeenCalledTimes(2);
  });
});

it('says of a mutation how long it will take', async () => {
  const { fetch, client } = serve(1, '3');
  const answer = client.mutation(DeleteImagesMutation, { input: { ids: [] } }).toPromise();
  await soon();
  expect(notify).toHaveBeenCalledExactlyOnceWith('Too many requests; trying again in 3 s.');
  await vi.advanceTimersByTimeAsync(3100);
  expect((await answer).data?.deleteImages.deletedIds).toEqual([]);
  expect(fetch).toHaveBeenCalledTimes(2);
});
