import { useEffect, useEffectEvent, useRef } from 'react';

/** Calls back when the value is another one than before, and not for the first. */
export function useChange<Value>(value: Value, onChange: (now: Value) => void): void {
  const before = useRef(value);
  const changed = useEffectEvent(onChange);
  useEffect(() => {
    if (before.current === value) return;
    before.current = value;
    changed(value);
  }, [value]);
}
