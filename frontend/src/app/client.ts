// The GraphQL client of one signed-in person (or of nobody): cache, authorization, HTTP and WebSocket.
import { authExchange } from '@urql/exchange-auth';
import { cacheExchange } from '@urql/exchange-graphcache';
import { persistedExchange } from '@urql/exchange-persisted';
import { Client, fetchExchange, subscriptionExchange } from 'urql';
import type { SessionStore } from '../auth/session';
import { hashOf } from '../lib/documents';
import { preflightHeader } from '../lib/execute';
import { isUnauthenticated } from '../lib/problem';
import { notify } from '../ui/announcer';
import { cacheOptions } from './cache';
import { finalStatesExchange } from './finalStates';
import { inOrderExchange } from './inOrder';
import { rateLimitExchange } from './rateLimit';
import { subscribeAndResume } from './resume';
import { makeSocket } from './socket';

export interface ClientHandle {
  client: Client;
  dispose: () => void;
}

export function makeClient(session: SessionStore): ClientHandle {
  const socket = makeSocket(session);
  const client = new Client({
    url: '/graphql',
    preferGetMethod: false,
    fetchOptions: { headers: preflightHeader },
    exchanges: [
      cacheExchange(cacheOptions),
      inOrderExchange(),
      finalStatesExchange(),
      rateLimitExchange(({ kind }, seconds) => {
        // A page that loads shows that it loads; what somebody has just asked for must not look forgotten.
        if (kind === 'mutation') notify(`Too many requests; trying again in ${seconds} s.`);
      }),
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
      persistedExchange({
        generateHash: async (_text, document) => hashOf(document) ?? '',
        enableForMutation: true,
        preferGetForPersistedQueries: false,
      }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (_request, { query, variables }) => ({
          subscribe: (sink) => ({ unsubscribe: subscribeAndResume(socket, { document: query, variables }, sink) }),
        }),
      }),
    ],
  });
  return { client, dispose: () => void socket.dispose() };
}
