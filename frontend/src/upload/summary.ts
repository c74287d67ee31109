// The queue in a line, and how far it is.
import { plural } from '../lib/format';
import type { Upload } from './states';
import { isActive } from './states';

export function summary(uploads: readonly Upload[]): string {
  const count = (kind: Upload['state']['kind']) => uploads.filter(({ state }) => state.kind === kind).length;
  const [done, there] = [count('done'), count('duplicate')];
  if (uploads.some(isActive)) return `Uploading ${done + there} of ${uploads.length}`;
  const rest = uploads.length - done - there;
  if (there === 0 && rest === 0) return `${plural(done, 'picture')} uploaded`;
  if (done === 0 && there === 0) return `${plural(rest, 'file')} not uploaded`;
  if (done === 0 && rest === 0) return there === 1 ? 'Already in your library' : `${plural(there, 'picture')} already there`;
  const parts = [done > 0 ? `${done} uploaded` : '', there > 0 ? `${there} already there` : '', rest > 0 ? `${rest} not` : ''];
  return parts.filter((part) => part !== '').join(', ');
}

/** Bytes gone of all bytes: large files count for more than small ones. */
export function overall(uploads: readonly Upload[]): number {
  let gone = 0;
  let all = 0;
  for (const { file, state } of uploads) {
    all += file.size;
    gone += file.size * (state.kind === 'waiting' ? 0 : state.kind === 'sending' ? state.progress : 1);
  }
  return all === 0 ? 1 : gone / all;
}
