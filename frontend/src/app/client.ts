// The GraphQL client of one signed-in person (or of nobody): cache, authorization, HTTP and WebSocket.
import { authExchange } from '@urql/exchange-auth';
import { cacheExchange } from '@urql/exchange-graphcache';
import { createClient as createSocket } from 'graphql-ws';
import { Client, fetchExchange, subscriptionExchange } from 'urql';
import type { SessionStore } from '../auth/session';
import { preflightHeader } from '../lib/execute';
import { isUnauthenticated } from '../lib/problem';
import { cacheOptions } from './cache';
import { finalStatesExchange } from './finalStates';
import { subscribeAndResume } from './resume';

export interface ClientHandle {
  client: Client;
  dispose: () => void;
}

const second = 1000;

export function makeClient(session: SessionStore): ClientHandle {
  const socket = makeSocket(session);
  const client = new Client({
    url: '/graphql',
    preferGetMethod: false,
    fetchOptions: { headers: preflightHeader },
    exchanges: [
      cacheExchange(cacheOptions),
      finalStatesExchange(),
      authExchange(async (utilities) => ({
        addAuthToOperation: (operation) => {
          const token = session.token();
          return token ? utilities.appendHeaders(operation, { authorization: `Bearer ${token}` }) : operation;
        },
        willAuthError: () => session.isStale(),
        didAuthError: isUnauthenticated,
        refreshAuth: async () => {
          // When the server can't be reached the operation goes out as it is, and says so itself.
          await session.refresh().catch(() => null);
        },
      })),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({ unsubscribe: subscribeAndResume(socket, { query: query ?? '', variables }, sink) }),
        }),
      }),
    ],
  });
  return { client, dispose: () => void socket.dispose() };
}

function makeSocket(session: SessionStore) {
  let pongTimer: ReturnType<typeof setTimeout> | undefined;
  let open: WebSocket | null = null;
  let refused = false;

  return createSocket({
    url: () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    lazy: true,
    keepAlive: 10 * second,
    connectionParams: async () => {
      // After 4403 the session may be over: only a refresh tells, and the token in hand must not be tried again.
      const token = await (refused ? session.refresh() : session.freshToken());
      refused = false;
      return token ? { authorization: `Bearer ${token}` } : {};
    },
    retryAttempts: Infinity,
    shouldRetry: () => true,
    retryWait: async (retries) => {
      const ceiling = Math.min(30 * second, second * 2 ** Math.min(retries, 5));
      // Jitter: a restarted server must not meet every client at once.
      await new Promise((done) => setTimeout(done, ceiling * (0.5 + Math.random() / 2)));
    },
    on: {
      opened: (connected) => {
        open = connected as WebSocket;
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
        if (code === 4401 || code === 4403) refused = true;
      },
    },
  });
}
