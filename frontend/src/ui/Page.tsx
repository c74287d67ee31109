// What every page owes: a document title, and a heading that takes the focus when the page was reached from another.
import type { ReactNode } from 'react';
import { useCallback } from 'react';
import classes from './Page.module.css';

/** The first page of a visit leaves the focus to the browser; later ones take it, as a page load would. */
let arrived = false;

interface PageProps {
  title: string;
  /** The visible heading, where it is not the title itself. */
  heading?: ReactNode;
  /** For pages whose own layout shows what they are; the heading is still there for screen readers. */
  hideHeading?: boolean;
  aside?: ReactNode;
  children: ReactNode;
}

export function Page({ title, heading, hideHeading = false, aside, children }: PageProps) {
  const takeFocus = useCallback((element: HTMLHeadingElement | null) => {
    if (!element) return;
    if (arrived) element.focus({ preventScroll: true });
    arrived = true;
  }, []);

  return (
    <>
      <title>{`${title} · Image Manager`}</title>
      <div className={hideHeading ? undefined : classes.head}>
        <h1 ref={takeFocus} tabIndex={-1} className={hideHeading ? classes.hidden : classes.heading}>
          {heading ?? title}
        </h1>
        {aside}
      </div>
      {children}
    </>
  );
}
