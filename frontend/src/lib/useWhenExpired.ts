import { useEffect, useEffectEvent } from 'react';

/**
 * Calls back once when that time (RFC 3339) has come. Looked at every minute, and when the page is seen again: a timer of
 * many hours does not count those in which the computer slept.
 */
export function useWhenExpired(expiresAt: string | undefined, onExpired: () => void): void {
  const expired = useEffectEvent(onExpired);
  useEffect(() => {
    if (expiresAt === undefined) return undefined;
    let told = false;
    const look = () => {
      if (told || Date.now() < Date.parse(expiresAt)) return;
      told = true;
      expired();
    };
    const timer = setInterval(look, 60_000);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [expiresAt]);
}
