// What is asked too quickly waits as long as the server says, and is sent again. Nothing of a refused request was carried
// out, so that also a mutation may be repeated.
import type { CombinedError, Exchange, Operation, OperationResult } from 'urql';
import { makeOperation } from 'urql';
import { delay, filter, fromValue, makeSubject, merge, mergeMap, pipe, share, takeUntil } from 'wonka';
import { isRateLimited, waitOf } from '../lib/problem';

/** How often one operation is sent again. */
const mostRetries = 2;
/** Somebody looks at the page: a longer wait is told as a failure, and they choose. In seconds. */
const longestWait = 30;
/** Where the server does not say. In seconds. */
const usualWait = 5;

declare module '@urql/core' {
  interface OperationContext {
    /** How often a rate limit has made this operation wait. */
    rateLimited?: number;
  }
}

/** `onWait` hears of every operation that waits, with the seconds. */
export function rateLimitExchange(onWait: (operation: Operation, seconds: number) => void): Exchange {
  return ({ forward }) =>
    (incoming) => {
      const operations = share(incoming);
      const { source: refused, next: wait } = makeSubject<{ operation: Operation; seconds: number }>();

      const again = pipe(
        refused,
        mergeMap(({ operation, seconds }) => {
          const ended = pipe(operations, filter(({ kind, key }) => kind === 'teardown' && key === operation.key));
          return pipe(fromValue(operation), delay<Operation>(seconds * 1000), takeUntil(ended));
        }),
      );

      return pipe(
        merge([operations, again]),
        forward,
        filter(({ operation, error }: OperationResult) => {
          const seconds = error ? secondsToWait(operation, error) : null;
          if (seconds === null) return true;
          const retry = makeOperation(operation.kind, operation, { rateLimited: (operation.context.rateLimited ?? 0) + 1 });
          wait({ operation: retry, seconds });
          onWait(operation, seconds);
          return false;
        }),
      );
    };
}

/** Null: the answer is the answer. */
function secondsToWait(operation: Operation, error: CombinedError): number | null {
  if (!isRateLimited(error) || (operation.context.rateLimited ?? 0) >= mostRetries) return null;
  const seconds = waitOf(error) ?? usualWait;
  return seconds > longestWait ? null : seconds;
}
