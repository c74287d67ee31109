// The list in parts, each with rows of its own. Rows are balanced over all pictures that they are made of: were they made of the
// whole list, pictures that are read on would move those that one is looking at.
import { useState } from 'react';
import { pageSize } from './operations';

/** What was there, and with which pictures the parts begin. */
export interface Parts {
  ids: readonly string[];
  starts: ReadonlySet<string>;
}

/** The parts stay as they were: what is new at the end begins one, and what is new before or between pictures joins theirs. */
export function nextParts(before: Parts, ids: readonly string[]): Parts {
  const there = new Map(ids.map((id, index) => [id, index]));
  const kept = new Set<string>();
  let begins = false;
  /** The place of the last one that was there before. */
  let last = -1;
  before.ids.forEach((id, index) => {
    // Where the first of a part is gone, the next one is it.
    begins ||= index > 0 && before.starts.has(id);
    const place = there.get(id);
    if (place === undefined) return;
    if (begins) kept.add(id);
    begins = false;
    last = place;
  });

  const starts = new Set<string>();
  let length = 0;
  ids.forEach((id, index) => {
    const isFull = length >= pageSize && index > last;
    // A few pictures at the end are not worth a part of their own.
    const isAppended = length >= pageSize / 2 && index === last + 1;
    if (index === 0 || kept.has(id) || isFull || isAppended) {
      starts.add(id);
      length = 0;
    }
    length += 1;
  });
  return { ids, starts };
}

const nothing: Parts = { ids: [], starts: new Set() };

export function useParts<Item extends { id: string }>(items: readonly Item[]): Item[][] {
  const [known, setKnown] = useState({ items, parts: nextParts(nothing, items.map(({ id }) => id)) });
  let { parts } = known;
  if (known.items !== items) {
    parts = nextParts(known.parts, items.map(({ id }) => id));
    setKnown({ items, parts });
  }
  const all: Item[][] = [];
  for (const item of items) {
    if (parts.starts.has(item.id)) all.push([]);
    all.at(-1)?.push(item);
  }
  return all;
}
