// Which rows of many are worth drawing: what is under way, what went wrong, and what is next to it. The rest is a number.
import type { Upload } from './states';
import { isActive } from './states';

/** Up to that many, all are shown. */
const few = 60;
/** Of those that wait their turn, and of those that are done. */
const near = 12;
/** Of those that want attention. */
const troubles = 100;

export interface Visible {
  rows: readonly Upload[];
  /** Not shown: done, in front of the rows. */
  done: number;
  /** Not shown: waiting, behind the rows. */
  waiting: number;
  /** Not shown: refused, failed, canceled, or there before. */
  others: number;
}

export function visibleRows(uploads: readonly Upload[]): Visible {
  if (uploads.length <= few) return { rows: uploads, done: 0, waiting: 0, others: 0 };
  const kinds = { done: [] as Upload[], waiting: [] as Upload[], others: [] as Upload[] };
  const shown = new Set<Upload>();
  for (const upload of uploads) {
    if (upload.state.kind === 'done') kinds.done.push(upload);
    else if (upload.state.kind === 'waiting') kinds.waiting.push(upload);
    else if (isActive(upload)) shown.add(upload);
    else kinds.others.push(upload);
  }
  const keep = [kinds.done.slice(-near), kinds.waiting.slice(0, near), kinds.others.slice(-troubles)];
  for (const upload of keep.flat()) shown.add(upload);
  return {
    rows: uploads.filter((upload) => shown.has(upload)),
    done: Math.max(0, kinds.done.length - near),
    waiting: Math.max(0, kinds.waiting.length - near),
    others: Math.max(0, kinds.others.length - troubles),
  };
}
