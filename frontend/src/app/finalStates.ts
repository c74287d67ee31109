// What is over stays over. The answer to "analyze this" and the events of the same analysis come by different ways, and with
// a quick model the event that it is COMPLETED can overtake the answer that it is QUEUED.
import type { Exchange } from 'urql';
import { mapExchange } from 'urql';

type Fields = Record<string, unknown>;

const finals = new Set<unknown>(['COMPLETED', 'FAILED', 'CANCELED']);

/** Remembers each analysis that was seen finished, and puts that in the place of older states. */
export function keepFinalStates(): (data: unknown) => unknown {
  const finished = new Map<unknown, Fields>();

  function note(data: unknown): void {
    if (Array.isArray(data)) data.forEach(note);
    else if (isFields(data)) {
      if (data.__typename === 'Analysis' && finals.has(data.status)) finished.set(data.id, { ...finished.get(data.id), ...data });
      Object.values(data).forEach(note);
    }
  }

  function mend(data: unknown): unknown {
    if (Array.isArray(data)) return data.map(mend);
    if (!isFields(data)) return data;
    const result: Fields = {};
    const known = data.__typename === 'Analysis' && !finals.has(data.status) ? finished.get(data.id) : undefined;
    for (const [name, value] of Object.entries(data)) result[name] = known && name in known && !isFields(value) ? known[name] : mend(value);
    return result;
  }

  return (data) => {
    // One answer may hold both states: it is read whole before anything is mended.
    note(data);
    return finished.size === 0 ? data : mend(data);
  };
}

export function finalStatesExchange(): Exchange {
  const keep = keepFinalStates();
  return mapExchange({ onResult: (result) => ({ ...result, data: keep(result.data) }) });
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
