// Which files have come already: the small one of the grid stands in for the large one of the picture's page while that is on
// its way. The browser has it in its cache and shows it at once.
import type { Candidate } from './renditions';

/** The oldest are forgotten. */
const most = 2000;
const arrived = new Set<string>();

export function noteArrival(url: string): void {
  arrived.delete(url);
  arrived.add(url);
  const [oldest] = arrived;
  if (arrived.size > most && oldest !== undefined) arrived.delete(oldest);
}

/** The largest that has come; null for none. The candidates go from small to large. */
export function bestArrived(candidates: readonly Candidate[]): string | null {
  return candidates.findLast(({ url }) => arrived.has(url))?.url ?? null;
}
