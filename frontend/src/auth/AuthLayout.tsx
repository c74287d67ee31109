// The signed-out pages: a form beside a wall of pictures nobody has uploaded yet.
import type { ReactNode } from 'react';
import { Mark } from '../ui/icons';
import classes from './AuthLayout.module.css';

/** Shapes of tiles, row by row. */
const wall = [
  [3, 2, 4],
  [2, 5, 2],
  [4, 3],
  [2, 2, 4],
] as const;

export function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <div className={classes.layout}>
      <main id="main" className={classes.main}>
        <div className={classes.column}>
          <p className={classes.brand}>
            <Mark />
            Image Manager
          </p>
          {children}
        </div>
      </main>
      <div className={classes.wall} aria-hidden>
        {wall.map((row, index) => (
          <div key={index} className={classes.row}>
            {row.map((shape, column) => (
              <span key={column} className={classes.tile} style={{ flexGrow: shape }} />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
