// What the library is narrowed down to, as chips that take a choice back.
import { useRef } from 'react';
import { announce } from '../ui/announcer';
import { CloseIcon } from '../ui/icons';
import classes from './ActiveFilters.module.css';
import type { FilterSearch } from './filter';
import { choicesOf } from './filter';

interface ActiveFiltersProps {
  filter: FilterSearch;
  onChange: (filter: FilterSearch) => void;
}

export function ActiveFilters({ filter, onChange }: ActiveFiltersProps) {
  const list = useRef<HTMLUListElement>(null);
  const choices = choicesOf(filter);
  if (choices.length === 0) return null;

  function remove(index: number, label: string, rest: FilterSearch) {
    announce(`Removed the filter ${label}.`);
    onChange(rest);
    // The focus goes on to the chip that takes the place, if one does.
    requestAnimationFrame(() => {
      const buttons = list.current?.querySelectorAll('button');
      buttons?.[Math.min(index, buttons.length - 1)]?.focus();
    });
  }

  return (
    <ul ref={list} className={classes.list} aria-label="Active filters">
      {choices.map(({ key, label, rest }, index) => (
        <li key={key}>
          <button type="button" className={classes.chip} aria-label={`Remove the filter ${label}`} onClick={() => remove(index, label, rest)}>
            <span className={classes.label}>{label}</span>
            <CloseIcon width={14} height={14} strokeWidth={2} />
          </button>
        </li>
      ))}
      {choices.length > 1 && (
        <li>
          <button type="button" className={classes.clear} onClick={() => onChange({})}>
            Clear filters
          </button>
        </li>
      )}
    </ul>
  );
}
