import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Grant } from '../auth/session';
import { SessionStore } from '../auth/session';
import { LibraryAnalysisEvents } from '../analysis/operations';
import { GalleryCountQuery } from '../gallery/operations';
import { ServerInfoQuery } from '../lib/serverInfo';
import { makeClient } from './client';

function grant(accessToken: string): Grant {
  return {
    account: { id: 'user_1', username: 'ada', email: 'ada@example.org', language: 'en' },
    accessToken,
    accessTokenExpiresAt: new Date(Date.now() + 900_000).toISOString(),
  };
}

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

interface Message {
  id?: string;
  type: string;
  payload?: { variables?: Record<string, unknown> };
}

/** A server that takes every socket, and says what the test tells it to. */
function serveSockets() {
  const sockets: FakeSocket[] = [];

  class FakeSocket {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSING = 2;
    static readonly CLOSED = 3;
    readyState = FakeSocket.OPEN;
    onopen?: () => void;
    onmessage?: (event: { data: string }) => void;
    onclose?: (event: { code: number; reason: string; wasClean: boolean }) => void;
    private id?: string;
    asked?: Message['payload'];

    constructor() {
      sockets.push(this);
      setTimeout(() => this.onopen?.());
    }

    send(text: string) {
      const message = JSON.parse(text) as Message;
      if (message.type === 'connection_init') setTimeout(() => this.say({ type: 'connection_ack' }));
      if (message.type === 'subscribe') [this.id, this.asked] = [message.id, message.payload];
    }

    tell(cursor: string) {
      const image = { __typename: 'Image', id: 'image_1', description: null, altText: null };
      const analysis = { __typename: 'Analysis', id: `analysis_${cursor}`, status: 'COMPLETED', createdAt: '2026-01-01T00:00:00.000Z', image };
      const data = { analysisEvents: { __typename: 'AnalysisStatusChanged', cursor, analysis } };
      this.say({ type: 'next', id: this.id, payload: { data } });
    }

    close(code = 1000, reason = '') {
      this.readyState = FakeSocket.CLOSED;
      this.onclose?.({ code, reason, wasClean: true });
    }

    break() {
      this.close(1006);
    }

    private say(message: unknown) {
      this.onmessage?.({ data: JSON.stringify(message) });
    }
  }

  vi.stubGlobal('WebSocket', FakeSocket);
  const opened = (count: number) => vi.waitFor(() => expect(sockets[count - 1]?.asked).toBeDefined(), 5000);
  return { sockets, opened };
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

  it('hands back the last cursor when it has to connect again', async () => {
    const { sockets, opened } = serveSockets();
    const session = new SessionStore(async () => null);
    session.begin(grant('good'));
    const { client, dispose } = makeClient(session);
    const heard: unknown[] = [];
    const following = client.subscription(LibraryAnalysisEvents, {}).subscribe(({ data }) => heard.push(data?.analysisEvents.cursor));
    await opened(1);
    expect(sockets[0]?.asked?.variables).toEqual({});
    sockets[0]?.tell('one');
    sockets[0]?.tell('two');
    sockets[0]?.break();
    await opened(2);
    expect(sockets[1]?.asked?.variables).toEqual({ after: 'two' });
    sockets[1]?.tell('three');
    expect(heard).toEqual(['one', 'two', 'three']);
    following.unsubscribe();
    dispose();
  });

  it('sends no token for nobody', async () => {
    const seen = serve('none');
    const session = new SessionStore(async () => null);
    await session.restore();
    await makeClient(session).client.query(GalleryCountQuery, {}).toPromise();
    expect(seen[0]).toBeNull();
  });
});
