// Why a picture did not come. An <img> only says that it did not, so its URL is asked once more.

export type Trouble = 'gone' | 'busy' | 'unreadable' | 'offline';

export const troubleWords: Record<Trouble, string> = {
  gone: 'No longer here',
  busy: 'Can’t be reached right now',
  unreadable: 'Can’t be shown',
  offline: 'Didn’t arrive',
};

export function troubleOfStatus(status: number): Trouble | null {
  if (status < 400) return null;
  // The same for a deleted picture and an expired URL.
  if (status === 404 || status === 410) return 'gone';
  return status === 429 || (status > 500 && status < 505) ? 'busy' : 'unreadable';
}

/** Null: it is there, and what went wrong has passed. */
export async function askForTrouble(url: string): Promise<Trouble | null> {
  try {
    const { status } = await fetch(url, { method: 'HEAD', cache: 'no-store' });
    return troubleOfStatus(status);
  } catch {
    return 'offline';
  }
}
