import { useEffect } from 'react';
import { useClient } from 'urql';
import { AnalyzedImageQuery } from './operations';

const every = 10_000;

/**
 * Reads the picture again, now and then, while an answer is awaited. Events usually bring it at once; but a socket may be
 * down for long behind some proxies.
 */
export function useCatchUp(imageId: string, pending: boolean): void {
  const client = useClient();
  useEffect(() => {
    if (!pending) return undefined;
    const timer = setInterval(() => {
      void client.query(AnalyzedImageQuery, { id: imageId }, { requestPolicy: 'network-only' }).toPromise();
    }, every);
    return () => clearInterval(timer);
  }, [client, imageId, pending]);
}
