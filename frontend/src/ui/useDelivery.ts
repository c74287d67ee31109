// How the arrival of a picture goes: under way, there, or not to be had, and what can be done about that.
import { useEffect, useRef, useState } from 'react';
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
  /** Of the picture: of another one nothing is known. */
  id: string;
  candidates: readonly Candidate[];
  /** When the URLs stop working; in RFC 3339. */
  expiresAt?: string;
  /** Asks for new URLs. They come as new candidates. */
  renew?: () => Promise<Renewal>;
}

/** Of which picture and which of its URLs something is known, and what. */
interface Progress {
  id: string;
  key: string;
  state: Delivery['state'];
  attempt: number;
}

export function isTrouble(state: Delivery['state']): state is Trouble {
  return state !== 'loading' && state !== 'asking' && state !== 'there';
}

export function useDelivery({ id, candidates, expiresAt, renew }: Source): Delivery {
  const key = candidates.map(({ url }) => url).join(' ');
  const [now, set] = useState<Progress>({ id, key, state: 'loading', attempt: 0 });
  /** What has been tried since the picture was last seen, so that nothing is tried for ever. */
  const tried = useRef({ id, again: false, renewing: false });

  /** What takes a while may come back when other URLs are shown: it is not about them. */
  const latest = useRef('');
  useEffect(() => {
    latest.current = `${id} ${key}`;
  }, [id, key]);

  const note = (state: Delivery['state']) =>
    set((last) => (last.id === id && last.key === key && last.state === state ? last : { id, key, state, attempt: last.attempt }));
  const start = () => set((last) => ({ id, key, state: 'loading', attempt: last.attempt + 1 }));

  async function failed(url: string) {
    const of = latest.current;
    note('asking');
    if (tried.current.id !== id) tried.current = { id, again: false, renewing: false };
    const expired = expiresAt !== undefined && Date.parse(expiresAt) <= Date.now();
    const trouble = expired ? 'gone' : await askForTrouble(url);
    if (latest.current !== of) return;
    if (trouble === null) {
      if (tried.current.again) return note('unreadable');
      tried.current.again = true;
      return start();
    }
    if (trouble !== 'gone' || !renew || tried.current.renewing) return note(trouble);
    tried.current.renewing = true;
    const renewal = await renew().catch(() => null);
    // New URLs are a new attempt by themselves: what is noted is not of theirs.
    if (renewal !== 'renewed' && latest.current === of) note(renewal === null ? 'busy' : 'gone');
  }

  return {
    candidates,
    // With new URLs what was not there is under way again, and what was there stays.
    state: now.id === id && (now.key === key || now.state === 'there') ? now.state : 'loading',
    attempt: now.attempt,
    arrived: () => {
      tried.current = { id, again: false, renewing: false };
      note('there');
    },
    failed: (url) => void failed(url),
    retry: () => {
      tried.current = { id, again: true, renewing: false };
      start();
    },
  };
}
