// The title, where it stands: a click and it is written. Enter or leaving the field saves, Escape takes it back.
import { useState } from 'react';
import { Textarea } from '@mantine/core';
import { announce } from '../ui/announcer';
import { PencilIcon } from '../ui/icons';
import classes from './Details.module.css';
import { useSaveField } from './useUpdateImage';

const maxLength = 255;

export function TitleField({ id, title }: { id: string; title: string | null }) {
  /** Null: as saved. */
  const [draft, setDraft] = useState<string | null>(null);
  const { error, setError, save } = useSaveField(id);

  async function commit() {
    if (draft === null) return;
    const text = draft.trim().replace(/\s+/g, ' ');
    if (text === (title ?? '')) {
      setDraft(null);
      setError(null);
      return;
    }
    if (!(await save({ title: text === '' ? null : text }))) return;
    // What was typed in the meantime is the next draft.
    setDraft((now) => (now === draft ? null : now));
    announce('Title saved.');
  }

  return (
    <Textarea
      aria-label="Title"
      placeholder="Add a title"
      autosize
      minRows={1}
      maxRows={4}
      maxLength={maxLength}
      value={draft ?? title ?? ''}
      error={error}
      rightSection={<PencilIcon width={18} />}
      rightSectionPointerEvents="none"
      classNames={{ input: classes.titleInput, section: classes.pencil, wrapper: classes.titleField }}
      onChange={(event) => setDraft(event.currentTarget.value.replace(/\n/g, ' '))}
      onBlur={() => void commit()}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Enter') {
          event.preventDefault();
          void commit();
        }
        if (event.key === 'Escape') {
          setDraft(null);
          setError(null);
        }
      }}
    />
  );
}
