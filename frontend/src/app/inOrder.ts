// Changes of one picture go to the server one after the other. Each says how all of its tags are to be: two on the way at once
// could arrive the other way round, and the older would win.
import type { Exchange, Operation } from 'urql';
import { getOperationName } from '@urql/core';
import { filter, makeSubject, merge, pipe, tap } from 'wonka';

/** Put it behind the cache: there the change shows at once, whenever it is sent. */
export function inOrderExchange(): Exchange {
  return ({ forward }) =>
    (operations) => {
      /** By picture: those that wait behind the one that is on its way. */
      const lanes = new Map<string, Operation[]>();
      const released = makeSubject<Operation>();

      const allowed = pipe(
        operations,
        filter((operation) => {
          const lane = laneOf(operation);
          const waiting = lane === null ? undefined : lanes.get(lane);
          if (lane === null || operation.kind === 'teardown') return true;
          if (waiting) waiting.push(operation);
          else lanes.set(lane, []);
          return !waiting;
        }),
      );

      return pipe(
        forward(merge([allowed, released.source])),
        tap(({ operation }) => {
          const lane = laneOf(operation);
          const waiting = lane === null ? undefined : lanes.get(lane);
          if (lane === null || !waiting) return;
          const next = waiting.shift();
          if (next) queueMicrotask(() => released.next(next));
          else lanes.delete(lane);
        }),
      );
    };
}

function laneOf(operation: Operation): string | null {
  if (operation.kind !== 'mutation' || getOperationName(operation.query) !== 'UpdateImage') return null;
  return (operation.variables as { input: { id: string } }).input.id;
}
