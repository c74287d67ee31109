import { afterEach, describe, expect, it, vi } from 'vitest';
import { SessionStore } from '../auth/session';
import { GalleryCountQuery } from '../gallery/operations';
import { ServerInfoQuery } from '../lib/serverInfo';
import { makeClient } from './client';
import { grant } from './testing';

const info = {
  server: {
    __typename: 'Server',
    version: '1',
    acceptedTypes: [],
    maxUploadBytes: 1,
    maxPixels: 1,
    registration: 'OPEN',
    analysis: null,
  },
};

/** A server that knows one token, and says UNAUTHENTICATED to every other. */
function serve(goodToken: string) {
  const seen: (string | null)[] = [];
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    const headers = new Headers(init.headers);
    const token = headers.get('authorization');
    seen.push(token);
    expect(headers.get('graphql-preflight')).toBe('1');
    const body =
      token === `Bearer ${goodToken}`
        ? { data: { __typename: 'Query', images: { __typename: 'ImageConnection', totalCount: 3 }, ...info } }
        : { errors: [{ message: 'Sign in.', extensions: { code: 'UNAUTHENTICATED' } }] };
    return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
  });
  return seen;
}

afterEach(() => vi.unstubAllGlobals());

describe('the client', () => {
  it('refreshes once when the server no longer takes the token, and asks again', async () => {
    const seen = serve('new');
    const refresh = vi.fn(async () => grant('new'));
    const session = new SessionStore(refresh);
    session.begin(grant('old'));
    const { client } = makeClient(session);
    const answers = await Promise.all([
      client.query(GalleryCountQuery, {}).toPromise(),
      client.query(ServerInfoQuery, {}, { requestPolicy: 'network-only' }).toPromise(),
    ]);
    expect(answers[0].data?.images.totalCount).toBe(3);
    expect(answers[1].data).toBeDefined();
    expect(refresh).toHaveBeenCalledTimes(1);
    expect(seen.filter((token) => token === 'Bearer new')).toHaveLength(2);
  });

  it('reports the refusal when the session is over, and does not ask for ever', async () => {
    const seen = serve('never');
    const session = new SessionStore(async () => null);
    session.begin(grant('old'));
    const { client } = makeClient(session);
    const { error } = await client.query(GalleryCountQuery, {}).toPromise();
    expect(error?.graphQLErrors[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect(session.get().status).toBe('signedOut');
    expect(seen.length).toBeLessThanOrEqual(2);
  });

  it('sends no token for nobody', async () => {
    const seen = serve('none');
    const session = new SessionStore(async () => null);
    await session.restore();
    await makeClient(session).client.query(GalleryCountQuery, {}).toPromise();
    expect(seen[0]).toBeNull();
  });
});
