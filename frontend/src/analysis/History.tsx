// Earlier analyses: what was asked, and what came of it.
import type { Analysis_AnalysisFragment } from '../gql/graphql';
import { formatDate, languageName } from '../lib/format';
import { DownIcon } from '../ui/icons';
import classes from './History.module.css';
import { failureTitle } from './failures';

const statusWords = { QUEUED: 'Waiting', RUNNING: 'Running', COMPLETED: 'Done', FAILED: 'Failed', CANCELED: 'Canceled' } as const;

export function History({ analyses }: { analyses: readonly Analysis_AnalysisFragment[] }) {
  if (analyses.length === 0) return null;
  return (
    <div className={classes.history}>
      <h3 className={classes.title}>Earlier analyses</h3>
      <ul className={classes.list}>
        {analyses.map((analysis) => (
          <li key={analysis.id}>
            <details className={classes.entry}>
              <summary className={classes.summary}>
                <span className={classes.what}>{analysis.prompt ?? 'Description'}</span>
                <span className={classes.meta}>
                  {analysis.status !== 'COMPLETED' && `${statusWords[analysis.status]} · `}
                  {formatDate(analysis.createdAt)}
                </span>
                <DownIcon className={classes.chevron} width={16} />
              </summary>
              <Entry analysis={analysis} />
            </details>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Entry({ analysis }: { analysis: Analysis_AnalysisFragment }) {
  const { answer, description, altText, failure, language, model, attempts, tags } = analysis;
  return (
    <div className={classes.body}>
      {failure && (
        <p className={classes.failure}>
          {failureTitle(failure.code)}. {failure.message}
        </p>
      )}
      {answer && <p lang={language}>{answer}</p>}
      {description && <p lang={language}>{description}</p>}
      {altText && (
        <p lang={language}>
          <span className={classes.meta}>Alt text: </span>
          {altText}
        </p>
      )}
      {tags.length > 0 && (
        <p lang={language}>
          <span className={classes.meta}>Tags: </span>
          {tags.join(', ')}
        </p>
      )}
      <p className={classes.meta}>
        {model} · {languageName(language)}
        {attempts > 1 && ` · ${attempts} attempts`}
      </p>
    </div>
  );
}
