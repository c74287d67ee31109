// The session of this page: SessionStore wired to the API, to the other tabs, and to React.
import { useSyncExternalStore } from 'react';
import type { FragmentType } from '../gql';
import { readFragment } from '../gql';
import { execute, RequestFailed } from '../lib/execute';
import { readUserErrors } from '../lib/userErrors';
import { AuthSessionFragment, LogoutMutation, RefreshMutation } from './operations';
import type { Account, Grant, Session } from './session';
import { SessionStore } from './session';

export function toGrant(masked: FragmentType<typeof AuthSessionFragment>): Grant {
  const { account, accessToken, accessTokenExpiresAt } = readFragment(AuthSessionFragment, masked);
  const { email, language, user } = account;
  return { account: { id: user.id, username: user.username, email, language }, accessToken, accessTokenExpiresAt };
}

async function refreshWithCookie(): Promise<Grant | null> {
  const { refresh } = await execute(RefreshMutation, {});
  if (refresh.session) return toGrant(refresh.session);
  // Put off, not over: the cookie still stands.
  const later = readUserErrors(refresh.errors).find(({ code }) => code === 'TOO_MANY_ATTEMPTS');
  if (later) throw new RequestFailed(later.message, later.code);
  return null;
}

/** One tab at a time: the second sends the cookie that the first has just been given. */
async function oneTabAtATime<Result>(task: () => Promise<Result>): Promise<Result> {
  // Web Locks exist on secure origins only; without them the server's grace for a rotated token covers the race.
  return 'locks' in navigator ? await navigator.locks.request('image-manager-refresh', task) : task();
}

export const session = new SessionStore(
  () => oneTabAtATime(refreshWithCookie),
  'BroadcastChannel' in globalThis ? new BroadcastChannel('image-manager-session') : null,
);

export function useSession(): Session {
  return useSyncExternalStore(session.subscribe, session.get);
}

/** For what is only ever drawn behind the guard of the signed-in routes. */
export function useAccount(): Account | null {
  const current = useSession();
  return current.status === 'signedIn' ? current.account : null;
}

/** Throws when the server was not reached: then the cookie still stands, and saying "logged out" would be a lie. */
export async function logout(): Promise<void> {
  try {
    // The cookie says which session. An access token may have expired while the page lay idle, and would be refused.
    await execute(LogoutMutation, {});
  } catch (error) {
    // No cookie: the session was over before we said so.
    if (!(error instanceof RequestFailed && error.code === 'UNAUTHENTICATED')) throw error;
  }
  session.end();
}
