// Which pictures are chosen. A range runs from the last one chosen, as in every file manager.
import { useCallback, useMemo, useRef, useState } from 'react';

export interface Selection {
  ids: ReadonlySet<string>;
  active: boolean;
  toggle: (id: string, range: boolean) => void;
  begin: () => void;
  selectAll: () => void;
  clear: () => void;
  /** Those that were deleted are no longer chosen. */
  drop: (gone: readonly string[]) => void;
}

export function rangeBetween(order: readonly string[], from: string, to: string): readonly string[] {
  const start = order.indexOf(from);
  const end = order.indexOf(to);
  if (start < 0 || end < 0) return [to];
  return order.slice(Math.min(start, end), Math.max(start, end) + 1);
}

export function useSelection(order: readonly string[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [begun, setBegun] = useState(false);
  const anchor = useRef<string | null>(null);

  const toggle = useCallback((id: string, range: boolean) => {
    const from = range ? anchor.current : null;
    anchor.current = id;
    setIds((before) => {
      const next = new Set(before);
      if (from !== null && from !== id) for (const one of rangeBetween(order, from, id)) next.add(one);
      else if (!next.delete(id)) next.add(id);
      return next;
    });
  }, [order]);
  const clear = useCallback(() => {
    anchor.current = null;
    setIds(new Set());
    setBegun(false);
  }, []);
  const begin = useCallback(() => setBegun(true), []);
  const selectAll = useCallback(() => setIds(new Set(order)), [order]);
  const drop = useCallback((gone: readonly string[]) => {
    setIds((before) => new Set([...before].filter((id) => !gone.includes(id))));
    setBegun(false);
  }, []);

  const active = begun || ids.size > 0;
  return useMemo(
    () => ({ ids, active, toggle, begin, selectAll, clear, drop }),
    [ids, active, toggle, begin, selectAll, clear, drop],
  );
}
