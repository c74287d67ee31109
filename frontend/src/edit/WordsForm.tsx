// The owner's words for a picture, language by language. No analysis overwrites them.
import { useEffect, useRef, useState } from 'react';
import { Button, Checkbox, NativeSelect, Textarea } from '@mantine/core';
import type { FragmentType } from '../gql';
import { readFragment } from '../gql';
import type { TextSource } from '../gql/graphql';
import { languageName } from '../lib/format';
import { languages } from '../lib/languages';
import { hasErrors } from '../lib/userErrors';
import { announce } from '../ui/announcer';
import { ErrorBanner } from '../ui/ErrorBanner';
import { LeaveGuard } from '../ui/LeaveGuard';
import { EditedImageFragment } from './operations';
import { saveErrors, useSave } from './useUpdateImage';
import type { Draft } from './words';
import { changeOf, draftOf } from './words';
import classes from './WordsForm.module.css';

interface WordsFormProps {
  image: FragmentType<typeof EditedImageFragment>;
  accountLanguage: string;
  onClose: () => void;
}

const fields = ['language', 'description', 'altText'] as const;
const noErrors = saveErrors<(typeof fields)[number]>(null, fields);

export function WordsForm({ image, accountLanguage, onClose }: WordsFormProps) {
  const { id, texts } = readFragment(EditedImageFragment, image);
  const save = useSave(id);
  const [language, setLanguage] = useState(accountLanguage);
  /** By language: what was typed for one is there when one comes back to it. */
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft>>>({});
  const [errors, setErrors] = useState(noErrors);
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLTextAreaElement>(null);
  useEffect(() => first.current?.focus(), []);

  const textIn = (tag: string) => texts.find((text) => text.language === tag);
  const saved = textIn(language);
  const draft = drafts[language] ?? draftOf(saved);
  const changes = Object.entries(drafts).flatMap(([tag, one]) => changeOf(tag, textIn(tag), one) ?? []);
  const change = changes.find((one) => one.language === language);
  const set = (part: Partial<Draft>) => setDrafts({ ...drafts, [language]: { ...draft, ...part } });

  async function submit() {
    if (busy) return;
    setBusy(true);
    setErrors(noErrors);
    for (const text of changes) {
      const found = saveErrors(await save({ text }), fields, ['input', 'text']);
      if (!hasErrors(found)) continue;
      setLanguage(text.language);
      setErrors(found);
      setBusy(false);
      return;
    }
    setBusy(false);
    if (changes.length > 0) announce('Words saved.');
    onClose();
  }

  return (
    <form
      className={classes.form}
      aria-label="Words of the picture"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onKeyDown={(event) => {
        // What happens in the dialog above it comes by here, too.
        if (!event.currentTarget.contains(event.target as Node)) return;
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit();
        if (event.key !== 'Escape') return;
        // Of the form alone, not of the page.
        event.preventDefault();
        // With words at stake, only the button.
        if (changes.length === 0) onClose();
      }}
    >
      <LeaveGuard active={changes.length > 0 && !busy} title="Leave without saving?" confirm="Discard the words">
        <p>The words that you have written are not saved.</p>
      </LeaveGuard>
      {errors.form.map((message) => (
        <ErrorBanner key={message}>{message}</ErrorBanner>
      ))}
      <NativeSelect
        label="Language"
        value={language}
        error={errors.fields.language}
        data={languageChoices(accountLanguage, texts.map((text) => text.language))}
        onChange={(event) => {
          setErrors(noErrors);
          setLanguage(event.currentTarget.value);
        }}
      />
      <div className={classes.field}>
        <Textarea
          ref={first}
          label="Description"
          lang={language}
          autosize
          minRows={3}
          maxRows={12}
          value={draft.description}
          error={errors.fields.description}
          onChange={(event) => set({ description: event.currentTarget.value })}
        />
        <Whose
          what="description"
          source={saved?.descriptionSource ?? null}
          changed={change !== undefined && 'description' in change}
          empty={draft.description.trim() === ''}
          onGiveWay={() => set({ description: '' })}
        />
      </div>
      <div className={classes.field}>
        <Textarea
          label="Alt text"
          description="One sentence for people who cannot see the picture."
          lang={language}
          autosize
          minRows={2}
          maxRows={8}
          disabled={draft.decorative}
          value={draft.decorative ? '' : draft.altText}
          error={errors.fields.altText}
          onChange={(event) => set({ altText: event.currentTarget.value })}
        />
        <Checkbox
          className={classes.decorative}
          label="Decorative: screen readers skip this picture"
          checked={draft.decorative}
          onChange={(event) => set({ decorative: event.currentTarget.checked })}
        />
        <Whose
          what="alt text"
          source={saved?.altTextSource ?? null}
          changed={change !== undefined && 'altText' in change}
          empty={!draft.decorative && draft.altText.trim() === ''}
          onGiveWay={() => set({ altText: '', decorative: false })}
        />
      </div>
      <div className={classes.actions}>
        <Button type="submit" aria-disabled={busy} data-disabled={busy || undefined}>
          {busy ? 'Saving…' : 'Save'}
        </Button>
        <Button variant="default" onClick={onClose} disabled={busy}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

interface WhoseProps {
  what: string;
  source: TextSource | null;
  changed: boolean;
  empty: boolean;
  onGiveWay: () => void;
}

/** Whose words these are, and the way back to those of an analysis. */
function Whose({ what, source, changed, empty, onGiveWay }: WhoseProps) {
  const words = empty
    ? changed
      ? 'Left empty: the words of the newest analysis, if there is one.'
      : 'Nothing yet.'
    : changed
      ? 'Your words, once saved.'
      : source === 'OWNER'
        ? 'Your words. No analysis changes them.'
        : 'From an analysis. What you change becomes yours.';
  return (
    <div className={classes.whose}>
      <span>{words}</span>
      {source === 'OWNER' && !empty && (
        <Button variant="subtle" size="compact-sm" className={classes.giveWay} aria-label={`Use the analysis’s words again for the ${what}`} onClick={onGiveWay}>
          Use the analysis’s words again
        </Button>
      )}
    </div>
  );
}

/** One's own first, then those that have words, then the others. */
function languageChoices(own: string, written: readonly string[]) {
  const label = (value: string) => ({ value, label: languageName(value) });
  const near = [own, ...written.filter((tag) => tag !== own)];
  return [
    { group: 'This picture', items: near.map(label) },
    { group: 'Other languages', items: languages.filter(({ value }) => !near.includes(value)) },
  ];
}
