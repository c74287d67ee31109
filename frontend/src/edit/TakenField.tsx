// When the picture was taken: by the file, or by its owner's word.
import { useEffect, useRef, useState } from 'react';
import { ActionIcon, Button, TextInput } from '@mantine/core';
import type { TakenWords } from '../lib/taken';
import { announce } from '../ui/announcer';
import { PencilIcon } from '../ui/icons';
import classes from './TakenField.module.css';
import { useSaveField } from './useUpdateImage';

interface TakenFieldProps {
  id: string;
  takenAt: string | null;
  words: TakenWords | null;
  /** The file says something that one can go back to. */
  fileKnows: boolean;
}

export function TakenField({ id, takenAt, words, fileKnows }: TakenFieldProps) {
  const [editing, setEditing] = useState(false);
  const [value, setValue] = useState('');
  const { busy, error, setError, save } = useSaveField(id);
  const opener = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const wasEditing = useRef(false);
  useEffect(() => {
    if (editing) field.current?.focus();
    else if (wasEditing.current) opener.current?.focus();
    wasEditing.current = editing;
  }, [editing]);

  async function put(next: string | null) {
    if (!(await save({ takenAt: next }))) return;
    setEditing(false);
    announce('Date saved.');
  }

  function submit() {
    const time = new Date(value);
    if (value === (words?.input ?? '')) setEditing(false);
    else if (Number.isNaN(time.getTime())) setError('Enter a date and a time.');
    else void put(time.toISOString());
  }

  if (!editing) {
    return (
      <span className={classes.row}>
        {words && takenAt ? <time dateTime={takenAt}>{words.text}</time> : <span className={classes.unknown}>Unknown</span>}
        <ActionIcon
          ref={opener}
          variant="subtle"
          className={classes.button}
          aria-label="Change when it was taken"
          title="Change when it was taken"
          onClick={() => {
            setValue(words?.input ?? '');
            setError(null);
            setEditing(true);
          }}
        >
          <PencilIcon width={16} />
        </ActionIcon>
      </span>
    );
  }
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        setEditing(false);
      }}
    >
      <TextInput
        ref={field}
        type="datetime-local"
        step={1}
        min="1800-01-01T00:00:00"
        max="9999-12-31T23:59:59"
        aria-label="Taken"
        value={value}
        error={error}
        onChange={(event) => setValue(event.currentTarget.value)}
      />
      <span className={classes.actions}>
        <Button type="submit" size="sm" h={44} disabled={busy}>
          Save
        </Button>
        <Button variant="default" size="sm" h={44} disabled={busy} onClick={() => setEditing(false)}>
          Cancel
        </Button>
        {words && !words.fromFile && (
          <Button variant="subtle" size="sm" h={44} disabled={busy} onClick={() => void put(null)}>
            {fileKnows ? 'Use the file’s date' : 'Remove'}
          </Button>
        )}
      </span>
    </form>
  );
}
