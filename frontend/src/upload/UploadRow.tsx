import { memo } from 'react';
import { ActionIcon, Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { formatBytes } from '../lib/format';
import { AlertIcon, CheckIcon, CloseIcon, RetryIcon, UploadIcon } from '../ui/icons';
import { Picture } from '../ui/Picture';
import { useDelivery } from '../ui/useDelivery';
import type { Existing, Upload, UploadState } from './states';
import { isActive, isRetriable } from './states';
import { useUploadQueue } from './UploadProvider';
import classes from './UploadPanel.module.css';

export const UploadRow = memo(function UploadRow({ upload }: { upload: Upload }) {
  const queue = useUploadQueue();
  const { id, file, state } = upload;
  const imageId = state.kind === 'done' ? state.imageId : state.kind === 'duplicate' ? state.existing.imageId : null;
  return (
    <li className={classes.row} data-state={state.kind} data-upload={id}>
      {state.kind === 'duplicate' ? <Thumbnail existing={state.existing} /> : <Mark state={state} />}
      <div className={classes.what}>
        <div className={classes.name} title={file.name}>
          {imageId === null ? (
            file.name
          ) : (
            <Link to="/images/$imageId" params={{ imageId }}>
              {file.name}
            </Link>
          )}
        </div>
        <div className={classes.state}>{words(state, file.size)}</div>
        {(state.kind === 'sending' || state.kind === 'checking') && (
          <div
            className={classes.track}
            role="progressbar"
            aria-label={`Upload of ${file.name}`}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={percent(state)}
            aria-valuetext={words(state, file.size)}
          >
            <div className={classes.bar} data-waiting={state.kind === 'checking'} style={{ transform: `scaleX(${percent(state) / 100})` }} />
          </div>
        )}
      </div>
      {isActive(upload) && (
        <ActionIcon variant="subtle" color="gray" size={44} aria-label={`Cancel ${file.name}`} onClick={() => queue.cancel(id)}>
          <CloseIcon />
        </ActionIcon>
      )}
      {state.kind === 'duplicate' && (
        <Button variant="subtle" size="compact-sm" className={classes.small} aria-label={`Keep both: ${file.name}`} onClick={() => queue.keepBoth(id)}>
          Keep both
        </Button>
      )}
      {(isRetriable(upload) || state.kind === 'canceled') && (
        <ActionIcon
          variant="subtle"
          size={44}
          aria-label={state.kind === 'full' ? `Try ${file.name} again` : `Retry ${file.name}`}
          onClick={() => queue.retry(id)}
        >
          <RetryIcon />
        </ActionIcon>
      )}
    </li>
  );
});

function Mark({ state }: { state: UploadState }) {
  const bad = state.kind === 'refused' || state.kind === 'failed' || state.kind === 'full';
  return <span className={classes.mark}>{state.kind === 'done' ? <CheckIcon /> : bad ? <AlertIcon /> : <UploadIcon />}</span>;
}

/** The picture that is there. The link beside it says which. */
function Thumbnail({ existing: { thumbhash, url } }: { existing: Existing }) {
  const delivery = useDelivery({ id: url, candidates: [{ url, width: 256 }] });
  return (
    <span className={classes.thumbnail}>
      <Picture delivery={delivery} alt="" thumbhash={thumbhash} sizes="34px" width={34} height={34} />
    </span>
  );
}

function percent(state: UploadState): number {
  return state.kind === 'sending' ? Math.round(state.progress * 100) : 100;
}

function words(state: UploadState, size: number): string {
  switch (state.kind) {
    case 'waiting':
      return `Waiting · ${formatBytes(size)}`;
    case 'sending':
      return `Sending ${percent(state)} % of ${formatBytes(size)}`;
    case 'checking':
      return 'Checking the picture…';
    case 'done':
      return `Uploaded · ${formatBytes(size)}`;
    case 'duplicate':
      return 'Already in your library';
    case 'refused':
      return state.reason;
    case 'full':
      return `Your library is full: ${formatBytes(state.used)} of ${formatBytes(state.limit)} used, and this file has ${formatBytes(size)}.`;
    case 'failed':
      return `Not sent. ${state.problem.title}.`;
    case 'canceled':
      return 'Canceled';
  }
}
