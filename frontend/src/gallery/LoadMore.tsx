// The end of what is loaded. Coming near it is asking for more.
import { useEffect, useEffectEvent, useRef } from 'react';
import { savesData } from '../lib/saveData';

interface LoadMoreProps {
  onNear: () => void;
}

/** Give it the end cursor as `key`: a new end is watched anew, also when it is in sight at once. */
export function LoadMore({ onNear }: LoadMoreProps) {
  const element = useRef<HTMLDivElement>(null);
  const near = useEffectEvent(onNear);
  useEffect(() => {
    if (!element.current) return undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) near();
      },
      // About two screens ahead, so that scrolling never meets the end; less where data is to be saved.
      { rootMargin: savesData() ? '0px 0px 300px 0px' : '0px 0px 1800px 0px' },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return <div ref={element} style={{ height: 1 }} />;
}
