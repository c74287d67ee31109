import { useEffect, useEffectEvent, useRef } from 'react';

/** Calls back when the value is another one than before, and not for the first. */
export function useChange<Value>(value: Value, onChange: (now: Value, before: Value) => void): void {
  const before = useRef(value);
  const changed = useEffectEvent(onChange);
  useEffect(() => {
    if (before.current === value) return;
    const last = before.current;
    before.current = value;
    changed(value, last);
  }, [value]);
}
