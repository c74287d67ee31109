// A few choices side by side: any of them, or exactly one. Checkboxes and radio buttons underneath, with all their keys.
import { useId } from 'react';
import { CheckIcon } from './icons';
import classes from './ToggleChips.module.css';

interface ToggleChipsProps<Value extends string> {
  label: string;
  type: 'checkbox' | 'radio';
  options: readonly { value: Value; label: string }[];
  chosen: readonly Value[];
  /** All that are chosen now, in the order of the options. */
  onChange: (chosen: Value[]) => void;
}

export function ToggleChips<Value extends string>({ label, type, options, chosen, onChange }: ToggleChipsProps<Value>) {
  const name = useId();

  function toggle(value: Value, checked: boolean) {
    if (type === 'radio') onChange([value]);
    else onChange(options.map((option) => option.value).filter((one) => (one === value ? checked : chosen.includes(one))));
  }

  return (
    <fieldset className={classes.field}>
      <legend className={classes.label}>{label}</legend>
      <div className={classes.chips}>
        {options.map((option) => (
          <label key={option.value} className={classes.chip}>
            <input
              type={type}
              name={name}
              className={classes.input}
              checked={chosen.includes(option.value)}
              onChange={(event) => toggle(option.value, event.currentTarget.checked)}
            />
            <span className={classes.face}>
              {type === 'checkbox' && <CheckIcon width={15} height={15} strokeWidth={2.2} className={classes.check} />}
              {option.label}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
