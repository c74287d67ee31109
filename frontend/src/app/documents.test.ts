// How the client's documents go over HTTP: by hash, and with the text to a server that asks for it.
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LogoutMutation } from '../auth/operations';
import { SessionStore } from '../auth/session';
import { GalleryCountQuery } from '../gallery/operations';
import { UploadImageMutation } from '../upload/sendUpload';
import { execute } from '../lib/execute';
import { makeClient } from './client';
import { grant } from './testing';

interface Body {
  query?: string;
  extensions: { persistedQuery: { version: number; sha256Hash: string } };
}

const data = {
  images: { __typename: 'ImageConnection', totalCount: 3 },
  logout: { __typename: 'LogoutPayload', errors: [] },
  uploadImage: { __typename: 'UploadImagePayload', image: null, errors: [] },
};

const notFound = { errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] };

/** A server that knows `known` hashes, learns the others from their texts, and checks that they belong together. */
function serve(known: 'all' | 'none' | 'never') {
  const bodies: Body[] = [];
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    expect(init.method).toBe('POST');
    const text = init.body instanceof FormData ? init.body.get('operations') : init.body;
    const body = JSON.parse(text as string) as Body;
    bodies.push(body);
    const isKnown = known === 'all' || (known === 'none' && body.query !== undefined);
    if (body.query) expect(createHash('sha256').update(body.query).digest('hex')).toBe(body.extensions.persistedQuery.sha256Hash);
    return new Response(JSON.stringify(isKnown ? { data } : notFound), {
      status: isKnown ? 200 : 400,
      headers: { 'content-type': 'application/graphql-response+json' },
    });
  });
  return bodies;
}

function signedIn() {
  const session = new SessionStore(async () => null);
  session.begin(grant('good'));
  return makeClient(session).client;
}

const ways = {
  'a query': async () => (await signedIn().query(GalleryCountQuery, {}).toPromise()).data?.images.totalCount === 3,
  'an upload': async () => {
    const input = { file: new File(['x'], 'x.png') };
    return (await signedIn().mutation(UploadImageMutation, { input }).toPromise()).data?.uploadImage.image === null;
  },
  'an operation outside of the cache': async () => (await execute(LogoutMutation, {})).logout !== null,
};

let warn: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  // What the exchange has to say about a server that answers wrongly.
  warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => {
  warn.mockRestore();
  vi.unstubAllGlobals();
});

describe.each(Object.entries(ways))('%s', (_name, send) => {
  it('goes by its hash', async () => {
    const bodies = serve('all');
    expect(await send()).toBe(true);
    expect(bodies.map(({ query }) => query)).toEqual([undefined]);
    expect(bodies[0]?.extensions.persistedQuery).toMatchObject({ version: 1, sha256Hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('goes once more with its text to a server that does not know the hash', async () => {
    const bodies = serve('none');
    expect(await send()).toBe(true);
    expect(bodies.map(({ query }) => query !== undefined)).toEqual([false, true]);
  });

  it('is not sent for ever', async () => {
    const bodies = serve('never');
    await send().catch(() => false);
    expect(bodies).toHaveLength(2);
  });
});
