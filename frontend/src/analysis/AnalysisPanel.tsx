// A picture in words: what is written, what is being written, writing it oneself, and asking for more.
import type { ReactNode } from 'react';
import { useEffect, useRef, useState } from 'react';
import { Button } from '@mantine/core';
import { useSubscription } from 'urql';
import type { FragmentType } from '../gql';
import { readFragment } from '../gql';
import { useServerInfo } from '../lib/serverInfo';
import { useChange } from '../lib/useChange';
import { announce } from '../ui/announcer';
import { PencilIcon } from '../ui/icons';
import classes from './AnalysisPanel.module.css';
import { AnalysisProgress } from './AnalysisProgress';
import { AskForm } from './AskForm';
import { AnalysisFragment, AnalyzedImageFragment } from './fragments';
import { History } from './History';
import { ImageAnalysisEvents } from './operations';
import { Unavailable } from './Unavailable';
import { useAnalyze } from './useAnalyze';
import { useCatchUp } from './useCatchUp';
import { Words } from './Words';

interface AnalysisPanelProps {
  image: FragmentType<typeof AnalyzedImageFragment>;
  /** The form for the owner's words. */
  editor: (close: () => void) => ReactNode;
  /** The tags that an analysis proposes. */
  proposedTags: (tags: readonly string[], language: string) => ReactNode;
}

export function AnalysisPanel({ image, editor, proposedTags }: AnalysisPanelProps) {
  const server = useServerInfo();
  const { id, description, altText, texts, ...rest } = readFragment(AnalyzedImageFragment, image);
  const latest = readFragment(AnalysisFragment, rest.latestAnalysis);
  const all = readFragment(AnalysisFragment, rest.analyses.edges.map(({ node }) => node));
  const completed = latest?.status === 'COMPLETED' ? latest : all.find(({ status }) => status === 'COMPLETED');
  const pending = latest?.status === 'QUEUED' || latest?.status === 'RUNNING';
  // What is shown above, and what is on its way, is not history yet.
  const earlier = all.filter(({ id: one }) => one !== completed?.id && one !== latest?.id);
  const analyze = useAnalyze(id);
  const [editing, setEditing] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const wasEditing = useRef(false);
  useEffect(() => {
    // Back to where the form was opened.
    if (!editing && wasEditing.current) opener.current?.focus();
    wasEditing.current = editing;
  }, [editing]);

  const status = latest?.status;
  // What the events carry goes into the cache, and from there into this panel.
  useSubscription({ query: ImageAnalysisEvents, variables: { imageId: id }, pause: !server?.analysis });
  useCatchUp(id, pending);
  // For those who cannot see the words appear.
  useChange(status, (now) => {
    if (now === 'COMPLETED') announce('The description is ready.');
    if (now === 'FAILED') announce('The picture could not be described.');
  });

  return (
    <section className={classes.panel} aria-labelledby="words">
      <div className={classes.head}>
        <h2 id="words" className={classes.title}>
          In words
        </h2>
        {!editing && (
          <Button
            ref={opener}
            variant="subtle"
            size="compact-sm"
            className={classes.edit}
            leftSection={<PencilIcon width={16} />}
            aria-label="Edit the words"
            onClick={() => setEditing(true)}
          >
            Edit
          </Button>
        )}
      </div>
      {latest && (pending || status === 'FAILED') && <AnalysisProgress analysis={latest} onRetry={analyze.ask} busy={analyze.busy} />}
      {editing ? (
        editor(() => setEditing(false))
      ) : (
        <Words
          description={description}
          altText={altText}
          texts={texts}
          completed={completed ?? null}
          proposedTags={proposedTags}
          hideEmpty={pending}
        />
      )}
      {server && !editing && (server.analysis ? <AskForm analyze={analyze} pending={pending} described={description !== null} /> : <Unavailable />)}
      <History analyses={earlier} />
    </section>
  );
}
