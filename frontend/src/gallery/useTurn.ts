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

/** `first`: it is on the first screen, which is known before there is a layout. */
export function useTurn(first: boolean) {
  const element = useRef<HTMLDivElement>(null);
  const [turn, setTurn] = useState<Priority>(first ? 'first' : 'held');
  useEffect(() => {
    if (turn !== 'held' || !element.current) return undefined;
    let stopWaiting = () => {};
    const stopSight = sight.follow(element.current, (isInside) => {
      if (isInside) setTurn('first');
    });
    // Never ahead, where data is to be saved.
    const stopNext = savesData()
      ? () => {}
      : nextScreen.follow(element.current, (isInside) => {
          stopWaiting();
          if (isInside) stopWaiting = whenQuiet(() => setTurn('soon'));
        });
    return () => {
      stopSight();
      stopNext();
      stopWaiting();
    };
  }, [turn]);
  return [turn, element] as const;
}
