// What is being uploaded, in a corner (a sheet on phones). There from the first file until it is closed.
import { useState } from 'react';
import { ActionIcon, Button, Switch } from '@mantine/core';
import { useLocation } from '@tanstack/react-router';
import { plural } from '../lib/format';
import { useServerInfo } from '../lib/serverInfo';
import { CloseIcon, DownIcon } from '../ui/icons';
import type { Upload } from './queue';
import { isActive } from './queue';
import { UploadRow } from './UploadRow';
import { useDescribeAfterUpload, useUploadQueue, useUploads } from './UploadProvider';
import classes from './UploadPanel.module.css';

export function UploadPanel() {
  const queue = useUploadQueue();
  const uploads = useUploads();
  // On a picture's own page it starts folded: there, what it would cover is in use.
  const onPicture = useLocation({ select: ({ pathname }) => pathname.startsWith('/images/') });
  const [choice, setChoice] = useState<{ onPicture: boolean; folded: boolean } | null>(null);
  const folded = choice?.onPicture === onPicture ? choice.folded : onPicture;
  if (uploads.length === 0) return null;

  const busy = uploads.some(isActive);
  return (
    <section className={classes.panel} aria-label="Uploads">
      <header className={classes.head}>
        <h2 className={classes.title}>{summary(uploads)}</h2>
        {busy && (
          <Button variant="subtle" size="compact-sm" mih={36} onClick={() => queue.cancelAll()}>
            Cancel all
          </Button>
        )}
        <ActionIcon
          variant="subtle"
          size={44}
          color="gray"
          aria-expanded={!folded}
          aria-label={folded ? 'Show uploads' : 'Fold uploads'}
          onClick={() => setChoice({ onPicture, folded: !folded })}
        >
          <DownIcon className={folded ? classes.turned : undefined} />
        </ActionIcon>
        {!busy && (
          <ActionIcon variant="subtle" size={44} color="gray" aria-label="Close uploads" onClick={() => queue.clear()}>
            <CloseIcon />
          </ActionIcon>
        )}
      </header>
      <div className={classes.track} aria-hidden>
        <div className={classes.bar} style={{ transform: `scaleX(${overall(uploads)})` }} />
      </div>
      {!folded && (
        <>
          <ul className={classes.list}>
            {uploads.map((upload) => (
              <UploadRow key={upload.id} upload={upload} />
            ))}
          </ul>
          <DescribeSwitch />
        </>
      )}
    </section>
  );
}

/** Only where the server has somebody to ask. */
export function DescribeSwitch() {
  const server = useServerInfo();
  const [describe, setDescribe] = useDescribeAfterUpload();
  if (!server?.analysis) return null;
  return (
    <Switch
      className={classes.describe}
      label="Describe after upload"
      description="For pictures sent from now on."
      checked={describe}
      onChange={(event) => setDescribe(event.currentTarget.checked)}
    />
  );
}

function summary(uploads: readonly Upload[]): string {
  const done = uploads.filter(({ state }) => state.kind === 'done').length;
  if (uploads.some(isActive)) return `Uploading ${done} of ${uploads.length}`;
  const rest = uploads.length - done;
  if (rest === 0) return `${plural(done, 'picture')} uploaded`;
  return done === 0 ? `${plural(rest, 'file')} not uploaded` : `${done} uploaded, ${rest} not`;
}

/** Bytes gone of all bytes: large files count for more than small ones. */
function overall(uploads: readonly Upload[]): number {
  let gone = 0;
  let all = 0;
  for (const { file, state } of uploads) {
    all += file.size;
    gone += file.size * (state.kind === 'waiting' ? 0 : state.kind === 'sending' ? state.progress : 1);
  }
  return all === 0 ? 1 : gone / all;
}
