// The whole window takes files; while some hover over it, a frame says so.
import { useRef, useState } from 'react';
import { useWindowEvent } from '@mantine/hooks';
import { UploadIcon } from '../ui/icons';
import { useUploadQueue } from './UploadProvider';
import classes from './DropZone.module.css';

export function DropZone() {
  const queue = useUploadQueue();
  const [over, setOver] = useState(false);
  // dragenter and dragleave come for every element on the way; only the balance tells whether the window was left.
  const depth = useRef(0);

  useWindowEvent('dragenter', (event) => {
    if (!carriesFiles(event)) return;
    depth.current += 1;
    setOver(true);
  });
  useWindowEvent('dragleave', (event) => {
    if (!carriesFiles(event)) return;
    depth.current = Math.max(0, depth.current - 1);
    if (depth.current === 0) setOver(false);
  });
  useWindowEvent('dragover', (event) => {
    // Without this the browser would open the file in place of the page.
    if (carriesFiles(event)) event.preventDefault();
  });
  useWindowEvent('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth.current = 0;
    setOver(false);
    queue.add([...(event.dataTransfer?.files ?? [])]);
  });

  if (!over) return null;
  return (
    <div className={classes.zone} aria-hidden>
      <div className={classes.frame}>
        <UploadIcon />
        Drop to upload
      </div>
    </div>
  );
}

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}
