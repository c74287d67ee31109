import { useState } from 'react';
import { Button } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';
import { plural } from '../lib/format';
import { notify } from '../ui/announcer';
import { ConfirmDialog } from '../ui/ConfirmDialog';
import { CloseIcon, TrashIcon } from '../ui/icons';
import classes from './SelectionBar.module.css';
import { useDeleteImages } from './useDeleteImages';
import type { Selection } from './useSelection';

interface SelectionBarProps {
  selection: Selection;
  loaded: number;
}

export function SelectionBar({ selection, loaded }: SelectionBarProps) {
  const [confirming, setConfirming] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { busy, run } = useDeleteImages();
  const count = selection.ids.size;

  useWindowEvent('keydown', (event) => {
    if (confirming || event.defaultPrevented) return;
    if (event.key === 'Escape') selection.clear();
    if (event.key === 'Delete' && count > 0) setConfirming(true);
    if (event.key === 'a' && (event.ctrlKey || event.metaKey) && !(event.target instanceof HTMLTextAreaElement)) {
      event.preventDefault();
      selection.selectAll();
    }
  });

  async function remove() {
    setProblem(null);
    const { deleted, problem: left } = await run([...selection.ids]);
    if (left === null) {
      setConfirming(false);
      selection.clear();
    } else {
      setProblem(left);
      selection.drop(deleted);
    }
    if (deleted.length > 0) notify(`Deleted ${plural(deleted.length, 'picture')}.`);
  }

  return (
    <>
      <div className={classes.bar} role="toolbar" aria-label="Selection">
        <Button variant="subtle" color="gray" size="sm" className={classes.button} leftSection={<CloseIcon />} onClick={selection.clear}>
          Cancel
        </Button>
        <strong className={classes.count} aria-live="polite">
          {count === 0 ? 'Choose pictures' : `${count} selected`}
        </strong>
        {count < loaded && (
          <Button variant="subtle" color="gray" size="sm" className={classes.button} onClick={selection.selectAll}>
            Select all
          </Button>
        )}
        <Button
          variant="light"
          color="red"
          size="sm"
          className={classes.button}
          leftSection={<TrashIcon />}
          disabled={count === 0}
          onClick={() => {
            setProblem(null);
            setConfirming(true);
          }}
        >
          Delete
        </Button>
      </div>
      <ConfirmDialog
        opened={confirming}
        title={`Delete ${plural(count, 'picture')}?`}
        confirm={`Delete ${plural(count, 'picture')}`}
        busyLabel="Deleting…"
        busy={busy}
        problem={problem}
        onConfirm={() => void remove()}
        onClose={() => setConfirming(false)}
      >
        <p>The originals and everything made of them will be gone for good.</p>
      </ConfirmDialog>
    </>
  );
}
