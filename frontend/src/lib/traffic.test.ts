import { expect, it, vi } from 'vitest';
import { beginTrip, whenQuiet } from './traffic';

it('goes ahead at once where nothing is on its way', () => {
  const go = vi.fn();
  whenQuiet(go);
  expect(go).toHaveBeenCalledTimes(1);
});

it('waits for everything that is on its way, and goes ahead once', () => {
  const [one, other] = [beginTrip(), beginTrip()];
  const go = vi.fn();
  whenQuiet(go);
  one();
  // Ended twice, as when what is shown is taken away after it came, it counts once.
  one();
  expect(go).not.toHaveBeenCalled();
  other();
  beginTrip()();
  expect(go).toHaveBeenCalledTimes(1);
});

it('does not go ahead for who has gone away', () => {
  const end = beginTrip();
  const go = vi.fn();
  whenQuiet(go)();
  end();
  expect(go).not.toHaveBeenCalled();
});
