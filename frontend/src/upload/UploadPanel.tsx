// What is being uploaded, in a corner (a sheet on phones). There from the first file until it is closed.
import { useRef, useState } from 'react';
import { ActionIcon, Button, Switch } from '@mantine/core';
import { useLocation } from '@tanstack/react-router';
import { plural } from '../lib/format';
import { useServerInfo } from '../lib/serverInfo';
import { useChange } from '../lib/useChange';
import { CloseIcon, DownIcon } from '../ui/icons';
import { isActive, isRetriable } from './states';
import { overall, summary } from './summary';
import { useDescribeAfterUpload, useUploadQueue, useUploads } from './UploadProvider';
import { UploadRow } from './UploadRow';
import classes from './UploadPanel.module.css';
import { visibleRows } from './visible';

export function UploadPanel() {
  const queue = useUploadQueue();
  const uploads = useUploads();
  // On a picture's own page it starts folded: there, what it would cover is in use.
  const onPicture = useLocation({ select: ({ pathname }) => pathname.startsWith('/images/') });
  const [choice, setChoice] = useState<{ onPicture: boolean; folded: boolean } | null>(null);
  const list = useRef<HTMLUListElement>(null);
  // New ones come at the end: the first of them goes to the top, as far as there are rows below it.
  useChange(uploads.at(-1)?.id ?? 0, (_, before) => {
    const first = uploads.find(({ id }) => id > before);
    const row = list.current?.querySelector(`[data-upload="${first?.id}"]`);
    if (list.current && row) list.current.scrollTop += row.getBoundingClientRect().top - list.current.getBoundingClientRect().top;
  });
  const folded = choice?.onPicture === onPicture ? choice.folded : onPicture;
  if (uploads.length === 0) return null;

  const busy = uploads.some(isActive);
  const again = uploads.filter(isRetriable).length;
  const { rows, done, waiting, others } = visibleRows(uploads);
  return (
    <section className={classes.panel} aria-label="Uploads">
      <header className={classes.head}>
        <h2 className={classes.title}>{summary(uploads)}</h2>
        {again > 1 && (
          <Button variant="subtle" size="compact-sm" className={classes.small} onClick={() => queue.retryAll()}>
            Retry all
          </Button>
        )}
        {busy && (
          <Button variant="subtle" size="compact-sm" className={classes.small} onClick={() => queue.cancelAll()}>
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
          <ul ref={list} className={classes.list}>
            {done > 0 && <li className={classes.rest}>{plural(done, 'picture')} uploaded</li>}
            {others > 0 && <li className={classes.rest}>{plural(others, 'file')} more not uploaded</li>}
            {rows.map((upload) => (
              <UploadRow key={upload.id} upload={upload} />
            ))}
            {waiting > 0 && <li className={classes.rest}>{plural(waiting, 'file')} more waiting</li>}
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
