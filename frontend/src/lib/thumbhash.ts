// ThumbHash placeholders as data URLs, decoded once for each hash.
import { thumbHashToDataURL } from 'thumbhash';

const decoded = new Map<string, string | null>();

/** Null for a hash that cannot be read: a placeholder is never worth an error. */
export function thumbhashUrl(hash: string): string | null {
  let url = decoded.get(hash);
  if (url === undefined) {
    try {
      url = thumbHashToDataURL(Uint8Array.from(atob(hash), (character) => character.charCodeAt(0)));
    } catch {
      url = null;
    }
    decoded.set(hash, url);
  }
  return url;
}
