// Gray shapes where something is about to be. Screen readers are told once by whoever shows them.
import classes from './Placeholder.module.css';

export function PlaceholderLines({ widths }: { widths: readonly number[] }) {
  return (
    <div aria-hidden className={classes.lines}>
      {widths.map((width, index) => (
        <span key={index} className={classes.line} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

const rows: readonly (readonly number[])[] = [
  [1.5, 0.75, 1.33, 1.78],
  [1.33, 1.6, 1, 1.5],
  [0.8, 1.78, 1.5, 1.2],
];

/** A justified grid that has not arrived yet. */
export function PlaceholderGrid({ label }: { label: string }) {
  return (
    <div role="status" aria-label={label} className={classes.grid}>
      {rows.map((row, index) => (
        <div key={index} className={classes.row}>
          {row.map((ratio, column) => (
            <span key={column} className={classes.cell} style={{ flexGrow: ratio }} />
          ))}
        </div>
      ))}
    </div>
  );
}
