import type { Fetcher } from '@graphiql/toolkit';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { createClient } from 'graphql-ws';
import { preflightHeader } from '../lib/execute';
import { authorization } from './token';

/** Queries and mutations over HTTP, subscriptions over WebSocket; the token of the moment goes with each. */
export function makeFetcher(): { fetcher: Fetcher; dropSocket: () => void } {
  const wsClient = createClient({
    url: () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    lazy: true,
    keepAlive: 10_000,
    // Here a person looks at the answer: a refusal is shown, not tried again.
    retryAttempts: 1,
    connectionParams: authorization,
  });
  const fetcher = createGraphiQLFetcher({
    url: '/graphql',
    wsClient,
    fetch: (input, init) => {
      const headers = new Headers(init?.headers);
      for (const [name, value] of Object.entries({ ...preflightHeader, ...authorization() })) {
        // What was typed into the headers editor wins.
        if (!headers.has(name)) headers.set(name, value);
      }
      return fetch(input, { ...init, headers });
    },
  });
  // A socket belongs to the token that it was opened with.
  return { fetcher, dropSocket: () => wsClient.terminate() };
}
