// The WebSocket of the subscriptions: it opens with the first, comes back when it was lost, and belongs to a session.
import type { Client } from 'graphql-ws';
import { createClient } from 'graphql-ws';
import type { SessionStore } from '../auth/session';
import { withoutEmptyText } from './resume';

const second = 1000;

export function makeSocket(session: SessionStore): Client {
  let pongTimer: ReturnType<typeof setTimeout> | undefined;
  let open: WebSocket | null = null;
  /** How often in a row the server has not taken the socket's token. */
  let refusals = 0;

  return createClient({
    url: () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    lazy: true,
    keepAlive: 10 * second,
    jsonMessageReplacer: withoutEmptyText,
    connectionParams: async () => {
      // After 4403 the session may be over: only a refresh tells, and the token in hand must not be tried again.
      const token = await (refusals > 0 ? session.refresh() : session.freshToken());
      return token ? { authorization: `Bearer ${token}` } : {};
    },
    retryAttempts: Infinity,
    // Not even a new token was taken: the session is over, whatever the refresh said.
    shouldRetry: () => refusals < 2,
    retryWait: async (retries) => {
      const ceiling = Math.min(30 * second, second * 2 ** Math.min(retries, 5));
      // Jitter: a restarted server must not meet every client at once.
      await new Promise((done) => setTimeout(done, ceiling * (0.5 + Math.random() / 2)));
    },
    on: {
      opened: (connected) => {
        open = connected as WebSocket;
      },
      connected: () => {
        refusals = 0;
      },
      ping: (received) => {
        // A laptop that slept, a network that changed: without an answer the socket is dead, though it looks open.
        if (!received) pongTimer = setTimeout(() => open?.close(4408, 'No pong'), 5 * second);
      },
      pong: (received) => {
        if (received) clearTimeout(pongTimer);
      },
      closed: (event) => {
        clearTimeout(pongTimer);
        open = null;
        const { code } = event as CloseEvent;
        if (code === 4401 || code === 4403) refusals += 1;
        if (refusals >= 2) session.end();
      },
    },
  });
}
