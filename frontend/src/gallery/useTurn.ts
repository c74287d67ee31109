// When a picture of the grid is fetched: in sight, at once; on the next screen, when everything in sight is there; beyond, not yet.
import { useEffect, useRef, useState } from 'react';
import { savesData } from '../lib/saveData';
import { whenQuiet } from '../lib/traffic';
import type { Priority } from '../ui/Picture';

type Told = (isInside: boolean) => void;

/** One for all cells: each is told when it comes into the area or leaves it. */
class Watch {
  readonly #margin: string;
  readonly #told = new WeakMap<Element, Told>();
  #observer: IntersectionObserver | null = null;

  constructor(margin: string) {
    this.#margin = margin;
  }

  follow(element: Element, told: Told): () => void {
    this.#observer ??= new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) this.#told.get(target)?.(isIntersecting);
      },
      { rootMargin: this.#margin },
    );
    this.#told.set(element, told);
    this.#observer.observe(element);
    return () => this.#observer?.unobserve(element);
  }
}

const sight = new Watch('0px');
const nextScreen = new Watch('100% 0px');

/** Whether it is on its way. */
function isPending(cell: Element): boolean {
  const image = cell.querySelector('img');
  return image !== null && !image.complete;
}

/** `first`: it is on every first screen, which is known before there is a layout. */
export function useTurn(first: boolean) {
  const element = useRef<HTMLDivElement>(null);
  const [turn, setTurn] = useState<Priority>(first ? 'first' : 'held');
  useEffect(() => {
    const cell = element.current;
    if (!cell) return undefined;
    let stopWaiting = () => {};
    const stopSight = sight.follow(cell, (isInside) => {
      if (isInside) setTurn((now) => (now === 'held' || (now === 'soon' && isPending(cell)) ? 'seen' : now));
    });
    const stopNext = nextScreen.follow(cell, (isInside) => {
      stopWaiting();
      // Never ahead, where data is to be saved.
      if (isInside && !savesData()) stopWaiting = whenQuiet(() => setTurn((now) => (now === 'held' ? 'soon' : now)));
      // Whoever scrolls fast does not wait for what was passed.
      if (!isInside && isPending(cell)) setTurn('held');
    });
    return () => {
      stopSight();
      stopNext();
      stopWaiting();
    };
  }, []);
  return [turn, element] as const;
}
