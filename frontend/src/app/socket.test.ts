import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LibraryAnalysisEvents } from '../analysis/operations';
import { SessionStore } from '../auth/session';
import { hashOf, textOf } from '../lib/documents';
import { makeClient } from './client';
import { grant } from './testing';

interface Message {
  id?: string;
  type: string;
  payload?: { query?: string; variables?: Record<string, unknown>; extensions?: unknown; authorization?: string };
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
    token?: string;
    asked: Message[] = [];

    constructor() {
      sockets.push(this);
      setTimeout(() => this.onopen?.());
    }

    send(text: string) {
      const message = JSON.parse(text) as Message;
      if (message.type === 'connection_init') this.token = message.payload?.authorization;
      if (message.type === 'subscribe') this.asked.push(message);
    }

    accept() {
      this.say({ type: 'connection_ack' });
    }

    tell(cursor: string) {
      const image = { __typename: 'Image', id: 'image_1', description: null, altText: null };
      const analysis = { __typename: 'Analysis', id: `analysis_${cursor}`, status: 'COMPLETED', createdAt: '2026-01-01T00:00:00.000Z', image };
      const data = { analysisEvents: { __typename: 'AnalysisStatusChanged', cursor, analysis } };
      this.say({ type: 'next', id: this.asked.at(-1)?.id, payload: { data } });
    }

    refuse(code: string) {
      this.say({ type: 'error', id: this.asked.at(-1)?.id, payload: [{ message: code, extensions: { code } }] });
    }

    close(code = 1000, reason = '') {
      if (this.readyState === FakeSocket.CLOSED) return;
      this.readyState = FakeSocket.CLOSED;
      this.onclose?.({ code, reason, wasClean: true });
    }

    private say(message: unknown) {
      this.onmessage?.({ data: JSON.stringify(message) });
    }
  }

  vi.stubGlobal('WebSocket', FakeSocket);
  /** The socket of that number, once its `connection_init` is there. */
  const opened = async (count: number) => {
    await vi.advanceTimersByTimeAsync(1100);
    expect(sockets).toHaveLength(count);
    return sockets[count - 1] as FakeSocket;
  };
  return { sockets, opened };
}

function follow(refresh = vi.fn(async () => null as ReturnType<typeof grant> | null)) {
  const server = serveSockets();
  const session = new SessionStore(refresh);
  session.begin(grant('old'));
  const { client, dispose } = makeClient(session);
  const heard: unknown[] = [];
  const problems: unknown[] = [];
  const following = client.subscription(LibraryAnalysisEvents, {}).subscribe(({ data, error }) => {
    if (error) problems.push(error.graphQLErrors[0]?.extensions.code ?? 'network');
    else if (data) heard.push(data.analysisEvents.cursor);
  });
  onEnd = () => {
    following.unsubscribe();
    dispose();
  };
  return { ...server, session, refresh, heard, problems };
}

let onEnd = () => {};

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  onEnd();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const persistedQuery = { version: 1, sha256Hash: hashOf(LibraryAnalysisEvents) };

describe('a subscription', () => {
  it('goes by its hash, and hands back the last cursor when it has to connect again', async () => {
    const { opened, heard } = follow();
    const first = await opened(1);
    first.accept();
    await vi.advanceTimersByTimeAsync(0);
    expect(first.asked[0]?.payload).toEqual({ variables: {}, extensions: { persistedQuery } });
    first.tell('one');
    first.tell('two');
    first.close(1006);

    const second = await opened(2);
    second.accept();
    await vi.advanceTimersByTimeAsync(0);
    expect(second.asked[0]?.payload).toEqual({ variables: { after: 'two' }, extensions: { persistedQuery } });
    second.tell('three');
    expect(heard).toEqual(['one', 'two', 'three']);
  });

  it('sends the text to a server that does not know the hash, with the cursor of the server before', async () => {
    const { opened, heard, problems } = follow();
    const first = await opened(1);
    first.accept();
    await vi.advanceTimersByTimeAsync(0);
    first.tell('one');
    first.close(1001);

    const second = await opened(2);
    second.accept();
    await vi.advanceTimersByTimeAsync(0);
    second.refuse('PERSISTED_QUERY_NOT_FOUND');
    await vi.advanceTimersByTimeAsync(0);
    expect(second.asked[1]?.payload).toEqual({
      query: textOf(LibraryAnalysisEvents),
      variables: { after: 'one' },
      extensions: { persistedQuery },
    });
    second.tell('two');
    expect(heard).toEqual(['one', 'two']);

    // Not even the text helps: that is told, and not tried for ever.
    second.refuse('PERSISTED_QUERY_NOT_FOUND');
    await vi.advanceTimersByTimeAsync(0);
    expect(second.asked).toHaveLength(2);
    expect(problems).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  });
});

describe('the socket', () => {
  it.each([1001, 1013, 4408])('comes back after %i, with the token in hand', async (code) => {
    const { opened, refresh } = follow();
    (await opened(1)).close(code);
    expect((await opened(2)).token).toBe('Bearer old');
    expect(refresh).not.toHaveBeenCalled();
  });

  it('gets a new token when the server does not take the old one', async () => {
    const { opened, session } = follow(vi.fn(async () => grant('new')));
    (await opened(1)).close(4403);
    const second = await opened(2);
    expect(second.token).toBe('Bearer new');
    second.accept();
    await vi.advanceTimersByTimeAsync(0);

    // That was one refusal and not two in a row: the next one is as good as the first.
    second.close(4403);
    await opened(3);
    expect(session.get().status).toBe('signedIn');
  });

  it('leads to the log-in when not even a new token is taken', async () => {
    const { opened, session, refresh } = follow(vi.fn(async () => grant('new')));
    (await opened(1)).close(4403);
    (await opened(2)).close(4403);
    expect(session.get().status).toBe('signedOut');
    await vi.advanceTimersByTimeAsync(60_000);
    await opened(2);
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('leads to the log-in when there is no new token', async () => {
    const { opened, session } = follow();
    (await opened(1)).close(4403);
    await opened(2);
    expect(session.get().status).toBe('signedOut');
  });
});
