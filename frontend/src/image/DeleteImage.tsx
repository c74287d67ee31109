import { useState } from 'react';
import { Button } from '@mantine/core';
import { useDeleteImages } from '../gallery/useDeleteImages';
import { ConfirmDialog } from '../ui/ConfirmDialog';
import { TrashIcon } from '../ui/icons';
import classes from './ImagePage.module.css';

interface DeleteImageProps {
  id: string;
  name: string;
  onStart: () => void;
  onFailed: () => void;
  onDeleted: () => void;
}

export function DeleteImage({ id, name, onStart, onFailed, onDeleted }: DeleteImageProps) {
  const [confirming, setConfirming] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { busy, run } = useDeleteImages();

  async function remove() {
    setProblem(null);
    onStart();
    const { problem: left } = await run([id]);
    if (left === null) {
      onDeleted();
    } else {
      onFailed();
      setProblem(left);
    }
  }

  return (
    <>
      <Button
        variant="subtle"
        color="red"
        className={classes.delete}
        aria-label="Delete"
        leftSection={<TrashIcon />}
        onClick={() => {
          setProblem(null);
          setConfirming(true);
        }}
      >
        Delete
      </Button>
      <ConfirmDialog
        opened={confirming}
        title="Delete this picture?"
        confirm="Delete picture"
        busyLabel="Deleting…"
        busy={busy}
        problem={problem}
        onConfirm={() => void remove()}
        onClose={() => setConfirming(false)}
      >
        <p>
          <strong>{name}</strong>, everything made of it and every description will be gone for good.
        </p>
      </ConfirmDialog>
    </>
  );
}
