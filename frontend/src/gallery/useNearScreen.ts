import { useEffect, useRef, useState } from 'react';
import { savesData } from '../lib/saveData';

/** One for all cells: who is told when which cell comes within a screen of what is seen. */
let observer: IntersectionObserver | null = null;
const told = new WeakMap<Element, () => void>();

function observe(element: Element, onNear: () => void): () => void {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) if (isIntersecting) told.get(target)?.();
    },
    { rootMargin: '100% 0px' },
  );
  told.set(element, onNear);
  observer.observe(element);
  return () => observer?.unobserve(element);
}

/** Whether the element has been within a screen of what is seen. Never, where data is to be saved. */
export function useNearScreen() {
  const element = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (near || !element.current || savesData()) return undefined;
    return observe(element.current, () => setNear(true));
  }, [near]);
  return [near, element] as const;
}
