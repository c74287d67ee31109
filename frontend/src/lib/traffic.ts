// What is fetched ahead waits until nothing that is looked at is on its way: on a slow network it would take half of the room.

const underWay = new Set<object>();
const waiting = new Set<() => void>();

/** Something that is looked at is on its way, until what is returned is called. */
export function beginTrip(): () => void {
  const trip = {};
  underWay.add(trip);
  return () => {
    underWay.delete(trip);
    if (underWay.size > 0) return;
    const all = [...waiting];
    waiting.clear();
    for (const go of all) go();
  };
}

/** Calls back once nothing is on its way that is looked at, now or later, unless what is returned is called before. */
export function whenQuiet(go: () => void): () => void {
  if (underWay.size === 0) go();
  else waiting.add(go);
  return () => void waiting.delete(go);
}
