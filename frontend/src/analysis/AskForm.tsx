// Asking for a description, with a question of one's own or without.
import { useState } from 'react';
import { Button, NativeSelect, Textarea } from '@mantine/core';
import { ErrorBanner } from '../ui/ErrorBanner';
import { SparkIcon } from '../ui/icons';
import classes from './AnalysisPanel.module.css';
import { languages } from '../lib/languages';
import type { Analyze } from './useAnalyze';

interface AskFormProps {
  analyze: Analyze;
  /** One question at a time. */
  pending: boolean;
  described: boolean;
}

export function AskForm({ analyze, pending, described }: AskFormProps) {
  const [prompt, setPrompt] = useState('');
  const [language, setLanguage] = useState('');
  const waiting = pending || analyze.busy;
  const own = prompt.trim();

  async function submit() {
    if (waiting) return;
    if (await analyze.ask({ prompt: own || null, language: language || null })) setPrompt('');
  }

  return (
    <form
      className={classes.ask}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {analyze.errors.form.map((message) => (
        <ErrorBanner key={message}>{message}</ErrorBanner>
      ))}
      <Textarea
        label="Your own question"
        labelProps={{ className: classes.label }}
        placeholder="What kind of bird is this?"
        autosize={false}
        rows={2}
        value={prompt}
        error={analyze.errors.fields.prompt}
        onChange={(event) => setPrompt(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit();
        }}
      />
      <div className={classes.askRow}>
        <NativeSelect
          aria-label="Language of the answer"
          value={language}
          error={analyze.errors.fields.language}
          data={[{ value: '', label: 'Your language' }, ...languages]}
          onChange={(event) => setLanguage(event.currentTarget.value)}
        />
        <Button type="submit" leftSection={<SparkIcon />} aria-disabled={waiting} data-disabled={waiting || undefined}>
          {own ? 'Ask' : described ? 'Describe again' : 'Describe this picture'}
        </Button>
      </div>
    </form>
  );
}
