// From "who is this?" to the pages: the session first, then a client of its own for whoever it is.
import { MantineProvider } from '@mantine/core';
import { RouterProvider } from '@tanstack/react-router';
import type { Client } from 'urql';
import { Provider } from 'urql';
import { session, useSession } from '../auth/browserSession';
import { ProblemNotice } from '../ui/Notice';
import { PlaceholderGrid } from '../ui/Placeholder';
import classes from './App.module.css';
import type { ClientHandle } from './client';
import { makeClient } from './client';
import { router } from './router';
import { cssVariables, theme } from './theme';

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <Start />
    </MantineProvider>
  );
}

function Start() {
  const now = useSession();
  switch (now.status) {
    case 'restoring':
      return (
        <div className={classes.start}>
          <PlaceholderGrid label="Loading" />
        </div>
      );
    case 'unreachable':
      return (
        <main className={classes.start}>
          <ProblemNotice problem={now.problem} onRetry={() => void session.restore()} />
        </main>
      );
    case 'signedOut':
      return <Pages client={clientOf(null)} />;
    case 'signedIn':
      // Nothing of one person may be left in the cache of the next.
      return <Pages client={clientOf(now.account.id)} />;
  }
}

let current: (ClientHandle & { accountId: string | null }) | null = null;

/** One client at a time; the socket of the one before is closed. */
function clientOf(accountId: string | null): Client {
  if (current?.accountId !== accountId) {
    current?.dispose();
    current = { ...makeClient(session), accountId };
  }
  return current.client;
}

function Pages({ client }: { client: Client }) {
  return (
    <Provider value={client}>
      <RouterProvider router={router} />
    </Provider>
  );
}
