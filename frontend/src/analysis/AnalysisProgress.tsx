// The newest analysis while it is not a success: on its way, or failed.
import { Button } from '@mantine/core';
import { formatTime } from '../lib/format';
import type { Analysis_AnalysisFragment } from '../gql/graphql';
import { ErrorBanner } from '../ui/ErrorBanner';
import { RetryIcon } from '../ui/icons';
import { PlaceholderLines } from '../ui/Placeholder';
import classes from './AnalysisPanel.module.css';
import { failureTitle } from './failures';
import type { Question } from './useAnalyze';

interface AnalysisProgressProps {
  analysis: Analysis_AnalysisFragment;
  busy: boolean;
  onRetry: (question: Question) => Promise<boolean>;
}

export function AnalysisProgress({ analysis, busy, onRetry }: AnalysisProgressProps) {
  const { status, failure, prompt, language } = analysis;
  if (status === 'FAILED') {
    return (
      <ErrorBanner
        title={failure ? failureTitle(failure.code) : 'The picture could not be described'}
        action={
          <Button
            variant="default"
            size="sm"
            mih={44}
            leftSection={<RetryIcon />}
            disabled={busy}
            onClick={() => void onRetry({ prompt, language })}
          >
            Retry
          </Button>
        }
      >
        {failure?.message}
      </ErrorBanner>
    );
  }
  return (
    <div className={classes.progress} role="status">
      {prompt && <p className={classes.question}>{prompt}</p>}
      <p className={classes.step}>
        <span className={classes.pulse} aria-hidden />
        {failure?.nextAttemptAt
          ? `${failureTitle(failure.code)}. Trying again at ${formatTime(failure.nextAttemptAt)}.`
          : status === 'RUNNING'
            ? 'Looking at the picture…'
            : 'Waiting for its turn…'}
      </p>
      <PlaceholderLines widths={[100, 94, 62]} />
    </div>
  );
}
