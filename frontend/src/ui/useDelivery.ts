// How the arrival of a picture goes: under way, there, or not to be had, and what can be done about that.
import { useRef, useState } from 'react';
import type { Trouble } from '../lib/pictureTrouble';
import { askForTrouble } from '../lib/pictureTrouble';
import type { Candidate } from '../lib/renditions';

/** What asking for new URLs has come to: there are new ones, there is no such picture any more, or nothing has changed. */
export type Renewal = 'renewed' | 'gone' | 'same';

export interface Delivery {
  candidates: readonly Candidate[];
  state: 'loading' | 'asking' | 'there' | Trouble;
  /** Each attempt is an <img> of its own. */
  attempt: number;
  arrived: () => void;
  failed: (url: string) => void;
  retry: () => void;
}

interface Source {
  candidates: readonly Candidate[];
  /** When the URLs stop working; in RFC 3339. */
  expiresAt?: string;
  /** Asks for new URLs. They come as new candidates. */
  renew?: () => Promise<Renewal>;
}

export function isTrouble(state: Delivery['state']): state is Trouble {
  return state !== 'loading' && state !== 'asking' && state !== 'there';
}

export function useDelivery({ candidates, expiresAt, renew }: Source): Delivery {
  const key = candidates.map(({ url }) => url).join(' ');
  const [{ of, state, attempt }, set] = useState<{ of: string; state: Delivery['state']; attempt: number }>({ of: key, state: 'loading', attempt: 0 });
  /** What has been tried since the picture was last seen, so that nothing is tried for ever. */
  const tried = useRef({ again: false, renewing: false });

  const note = (next: Delivery['state']) => set((now) => (now.of === key && now.state === next ? now : { of: key, state: next, attempt: now.attempt }));
  const start = () => set((now) => ({ of: key, state: 'loading', attempt: now.attempt + 1 }));

  async function failed(url: string) {
    note('asking');
    const expired = expiresAt !== undefined && Date.parse(expiresAt) <= Date.now();
    const trouble = expired ? 'gone' : await askForTrouble(url);
    if (trouble === null) {
      if (tried.current.again) return note('unreadable');
      tried.current.again = true;
      return start();
    }
    if (trouble !== 'gone' || !renew || tried.current.renewing) return note(trouble);
    tried.current.renewing = true;
    const renewal = await renew().catch(() => null);
    // New URLs are a new attempt by themselves: `of` is not theirs.
    if (renewal !== 'renewed') note(renewal === null ? 'busy' : 'gone');
  }

  return {
    candidates,
    // With new URLs what was not there is under way again, and what was there stays.
    state: of === key || state === 'there' ? state : 'loading',
    attempt,
    arrived: () => {
      tried.current = { again: false, renewing: false };
      note('there');
    },
    failed: (url) => void failed(url),
    retry: () => {
      tried.current = { again: true, renewing: false };
      start();
    },
  };
}
