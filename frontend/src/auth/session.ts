// Who is signed in. The access token lives here, in memory only; the refresh token in a cookie that scripts cannot read.
import { RequestFailed } from '../lib/execute';
import type { Problem } from '../lib/problem';
import { problemOf } from '../lib/problem';

export interface Account {
  id: string;
  username: string;
  email: string;
  language: string;
}

export interface Grant {
  account: Account;
  accessToken: string;
  accessTokenExpiresAt: string;
}

export type Session =
  | { status: 'restoring' }
  | { status: 'unreachable'; problem: Problem }
  | { status: 'signedOut' }
  | { status: 'signedIn'; account: Account };

/** Asks for a new access token with the cookie. Null: there is no session. Throws when no answer came. */
type Refresh = () => Promise<Grant | null>;

interface Tabs {
  postMessage(message: 'signed-in' | 'signed-out'): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

const second = 1000;
/** A token that dies sooner is renewed before it is used. */
const margin = 30 * second;
/** The timer renews this long ahead, so that requests rarely have to wait for it. */
const ahead = 90 * second;
/** A client whose clock is wrong must not renew at every request; the server tells it in time. */
const shortestLifetime = 2 * 60 * second;

export class SessionStore {
  #session: Session = { status: 'restoring' };
  #token: string | null = null;
  #expiresAt = 0;
  #refreshing: Promise<string | null> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #listeners = new Set<() => void>();
  readonly #refresh: Refresh;
  readonly #tabs: Tabs | null;

  constructor(refresh: Refresh, tabs: Tabs | null = null) {
    this.#refresh = refresh;
    this.#tabs = tabs;
    if (tabs) {
      tabs.onmessage = ({ data }) => {
        if (data === 'signed-out') this.#clear();
        else if (this.#session.status === 'signedOut') void this.restore();
      };
    }
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly get = (): Session => this.#session;

  /** Once on page load, and for "Try again". */
  async restore(): Promise<void> {
    this.#set({ status: 'restoring' });
    try {
      await this.refresh();
    } catch (error) {
      this.#set({ status: 'unreachable', problem: problemOf(error) });
    }
  }

  /** Whoever asks while a refresh is under way gets its result: a refresh token must be used once. */
  refresh(): Promise<string | null> {
    this.#refreshing ??= this.#renew().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /** The token to send now, renewed when it is about to expire; null when nobody is signed in. */
  async freshToken(): Promise<string | null> {
    if (this.#refreshing) return this.#refreshing;
    return this.isStale() ? this.refresh() : this.#token;
  }

  token(): string | null {
    return this.#token;
  }

  isStale(): boolean {
    return this.#token !== null && Date.now() >= this.#expiresAt - margin;
  }

  /** After a login or a registration. */
  begin(grant: Grant): void {
    this.#accept(grant);
    this.#tabs?.postMessage('signed-in');
  }

  /** After a logout. */
  end(): void {
    this.#clear();
    this.#tabs?.postMessage('signed-out');
  }

  async #renew(): Promise<string | null> {
    const before = this.#session;
    const grant = await this.#refresh();
    // Logged out, or in as somebody else, while the answer was on its way.
    if (this.#session !== before && this.#session.status !== 'restoring') return this.#token;
    if (grant === null) {
      this.#clear();
      return null;
    }
    this.#accept(grant);
    return grant.accessToken;
  }

  #accept({ account, accessToken, accessTokenExpiresAt }: Grant): void {
    const lifetime = Math.max(Date.parse(accessTokenExpiresAt) - Date.now(), shortestLifetime);
    this.#token = accessToken;
    this.#expiresAt = Date.now() + lifetime;
    this.#schedule(lifetime - ahead);
    // The same object for the same account: a renewed token is no reason to draw anything again.
    const current = this.#session;
    if (current.status !== 'signedIn' || current.account.id !== account.id) this.#set({ status: 'signedIn', account });
  }

  #clear(): void {
    clearTimeout(this.#timer);
    this.#token = null;
    if (this.#session.status !== 'signedOut') this.#set({ status: 'signedOut' });
  }

  #schedule(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.refresh().catch((error: unknown) => {
        // Offline for a while. The next request renews it, or this does when the network is back.
        if (error instanceof RequestFailed) this.#schedule(ahead / 3);
      });
    }, delay);
  }

  #set(session: Session): void {
    this.#session = session;
    for (const listener of this.#listeners) listener();
  }
}
