import { memo } from 'react';
import { ActionIcon } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { formatBytes } from '../lib/format';
import { AlertIcon, CheckIcon, CloseIcon, RetryIcon, UploadIcon } from '../ui/icons';
import type { Upload, UploadState } from './queue';
import { isActive } from './queue';
import { useUploadQueue } from './UploadProvider';
import classes from './UploadPanel.module.css';

export const UploadRow = memo(function UploadRow({ upload }: { upload: Upload }) {
  const queue = useUploadQueue();
  const { id, file, state } = upload;
  const bad = state.kind === 'refused' || state.kind === 'failed';
  return (
    <li className={classes.row} data-state={state.kind}>
      <span className={classes.mark}>{state.kind === 'done' ? <CheckIcon /> : bad ? <AlertIcon /> : <UploadIcon />}</span>
      <div className={classes.what}>
        <div className={classes.name} title={file.name}>
          {state.kind === 'done' ? (
            <Link to="/images/$imageId" params={{ imageId: state.imageId }}>
              {file.name}
            </Link>
          ) : (
            file.name
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
      {(state.kind === 'failed' || state.kind === 'canceled') && (
        <ActionIcon variant="subtle" size={44} aria-label={`Retry ${file.name}`} onClick={() => queue.retry(id)}>
          <RetryIcon />
        </ActionIcon>
      )}
    </li>
  );
});

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
    case 'refused':
      return state.reason;
    case 'failed':
      return `Not sent. ${state.problem.title}.`;
    case 'canceled':
      return 'Canceled';
  }
}
