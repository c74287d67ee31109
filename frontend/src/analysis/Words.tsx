// What is known of the picture in words.
import type { ReactNode } from 'react';
import type { Analysis_AnalysisFragment, AnalyzedImage_ImageFragment } from '../gql/graphql';
import { formatDate, languageName } from '../lib/format';
import { CopyButton } from '../ui/CopyButton';
import classes from './AnalysisPanel.module.css';

interface WordsProps {
  description: string | null;
  altText: string | null;
  /** In all languages: tell whose the words are. */
  texts: AnalyzedImage_ImageFragment['texts'];
  completed: Analysis_AnalysisFragment | null;
  /** The tags of an analysis, and its language: to be taken over. */
  proposedTags: (tags: readonly string[], language: string) => ReactNode;
  /** While the first words are on their way, their absence needs no mention. */
  hideEmpty: boolean;
}

export function Words({ description, altText, texts, completed, proposedTags, hideEmpty }: WordsProps) {
  if (description === null && altText === null && !completed) {
    return hideEmpty ? null : <p className={classes.dim}>Nobody has described this picture yet.</p>;
  }
  // Which of the languages it is that is shown.
  const described = texts.find((text) => text.description === description);
  const alternative = texts.find((text) => text.altText === altText);
  const ownDescription = described?.descriptionSource === 'OWNER';
  const ownAltText = alternative?.altTextSource === 'OWNER';
  return (
    // A new key for new words: they fade in, also in place of older ones.
    <div key={completed?.id ?? 'own'} className={classes.words}>
      {completed?.answer && (
        <div className={classes.answer}>
          <p className={classes.question}>{completed.prompt}</p>
          <p className={classes.prose} lang={completed.language}>
            {completed.answer}
          </p>
        </div>
      )}
      {description !== null && (
        <div className={classes.block}>
          <p className={classes.prose} lang={described?.language}>
            {description}
          </p>
          {ownDescription && <span className={classes.yours}>Your words</span>}
        </div>
      )}
      {altText !== null && (
        <div className={classes.block}>
          <div className={classes.labelRow}>
            <h3 className={classes.label}>
              Alt text {ownAltText && <span className={classes.yours}>· your words</span>}
            </h3>
            {altText !== '' && <CopyButton value={altText} what="alt text" />}
          </div>
          <p className={altText === '' ? classes.dim : classes.prose} lang={alternative?.language}>
            {altText === '' ? 'Decorative: screen readers skip this picture.' : altText}
          </p>
        </div>
      )}
      {completed && completed.tags.length > 0 && (
        <div className={classes.block}>
          <h3 className={classes.label}>Proposed tags</h3>
          {proposedTags(completed.tags, completed.language)}
        </div>
      )}
      {completed?.detectedText && (
        <div className={classes.block}>
          <div className={classes.labelRow}>
            <h3 className={classes.label}>Text in the picture</h3>
            <CopyButton value={completed.detectedText} what="text in the picture" />
          </div>
          <p className={classes.detected}>{completed.detectedText}</p>
        </div>
      )}
      {completed && (
        <p className={classes.source}>
          {completed.model} · {languageName(completed.language)} · {formatDate(completed.createdAt)}
        </p>
      )}
    </div>
  );
}
