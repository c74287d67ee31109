// A failure beside what still works: above a form, under a grid.
import type { ReactNode } from 'react';
import { AlertIcon } from './icons';
import classes from './ErrorBanner.module.css';

interface ErrorBannerProps {
  title?: string;
  children: ReactNode;
  action?: ReactNode;
}

export function ErrorBanner({ title, children, action }: ErrorBannerProps) {
  return (
    <div className={classes.banner} role="alert">
      <AlertIcon className={classes.icon} />
      <div className={classes.text}>
        {title && <strong>{title}</strong>}
        <div>{children}</div>
      </div>
      {action}
    </div>
  );
}
