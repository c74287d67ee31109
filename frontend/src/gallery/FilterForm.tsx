// Everything the library can be narrowed down by. Each choice takes effect at once.
import { TextInput } from '@mantine/core';
import { formatType } from '../lib/format';
import { TagInput } from '../ui/TagInput';
import { ToggleChips } from '../ui/ToggleChips';
import type { FileType, FilterSearch, Progress } from './filter';
import { fileTypes, maxFilterTags, progresses } from './filter';
import classes from './FilterForm.module.css';

interface FilterFormProps {
  filter: FilterSearch;
  onChange: (filter: FilterSearch) => void;
  /** Whether pictures can be described here at all. */
  analysis: boolean;
}

const typeOptions = fileTypes.map((value) => ({ value, label: formatType(`image/${value}`) }));
const progressOptions = (Object.keys(progresses) as Progress[]).map((value) => ({ value, label: progresses[value].label }));
const altOptions = [
  { value: 'any', label: 'Any' },
  { value: 'with', label: 'With' },
  { value: 'without', label: 'Without' },
] as const;

export function FilterForm({ filter, onChange, analysis }: FilterFormProps) {
  const set = (part: FilterSearch) => onChange({ ...filter, ...part });
  return (
    <div className={classes.form}>
      <ToggleChips
        label="Only"
        type="checkbox"
        options={[{ value: 'favorite', label: 'Favorites' }]}
        chosen={filter.favorite ? ['favorite'] : []}
        onChange={(chosen) => set({ favorite: chosen.length > 0 ? true : undefined })}
      />
      <TagInput
        label="With all of these tags"
        tags={filter.tag ?? []}
        most={maxFilterTags}
        onChange={(tag) => set({ tag })}
      />
      <ToggleChips<FileType> label="File type" type="checkbox" options={typeOptions} chosen={filter.type ?? []} onChange={(type) => set({ type })} />
      <Range name="Taken" from={filter.taken_from} to={filter.taken_to} onChange={(taken_from, taken_to) => set({ taken_from, taken_to })} />
      <Range
        name="Uploaded"
        from={filter.uploaded_from}
        to={filter.uploaded_to}
        onChange={(uploaded_from, uploaded_to) => set({ uploaded_from, uploaded_to })}
      />
      <ToggleChips
        label="Alt text"
        type="radio"
        options={altOptions}
        chosen={[filter.alt ?? 'any']}
        onChange={([alt]) => set({ alt: alt === 'any' ? undefined : alt })}
      />
      {analysis && (
        <ToggleChips<Progress>
          label="Description by AI"
          type="checkbox"
          options={progressOptions}
          chosen={filter.analysis ?? []}
          onChange={(chosen) => set({ analysis: chosen })}
        />
      )}
    </div>
  );
}

interface RangeProps {
  name: string;
  from: string | undefined;
  to: string | undefined;
  onChange: (from: string | undefined, to: string | undefined) => void;
}

/** Two days, either of which may be left open. */
function Range({ name, from, to, onChange }: RangeProps) {
  return (
    <fieldset className={classes.range}>
      <legend className={classes.legend}>{name}</legend>
      <Day label="From" value={from} max={to} onChange={(day) => onChange(day, to)} />
      <Day label="To" value={to} min={from} onChange={(day) => onChange(from, day)} />
    </fieldset>
  );
}

interface DayProps {
  label: string;
  value: string | undefined;
  min?: string;
  max?: string;
  onChange: (day: string | undefined) => void;
}

function Day({ label, value, min, max, onChange }: DayProps) {
  return (
    <TextInput
      // While a year is being typed the day is there, and of the year 0002: it counts once the field is left.
      key={value ?? ''}
      type="date"
      size="sm"
      styles={{ input: { height: 44 } }}
      label={label}
      labelProps={{ className: classes.day }}
      defaultValue={value ?? ''}
      min={min ?? '1000-01-01'}
      max={max ?? '2999-12-31'}
      onBlur={(event) => {
        const day = event.currentTarget.value || undefined;
        if (day !== value) onChange(day);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
      }}
    />
  );
}
