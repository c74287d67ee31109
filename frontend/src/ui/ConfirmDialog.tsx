import type { ReactNode } from 'react';
import { Button, Group, Modal } from '@mantine/core';
import classes from './ConfirmDialog.module.css';
import { ErrorBanner } from './ErrorBanner';

interface ConfirmDialogProps {
  opened: boolean;
  title: string;
  children: ReactNode;
  /** The harmless button. */
  keep?: string;
  confirm: string;
  busyLabel: string;
  busy: boolean;
  problem: string | null;
  onConfirm: () => void;
  onClose: () => void;
}

/** For what cannot be undone. The focus starts on the harmless button. */
export function ConfirmDialog({ opened, title, children, keep = 'Keep', confirm, busyLabel, busy, problem, onConfirm, onClose }: ConfirmDialogProps) {
  return (
    <Modal.Root opened={opened} onClose={busy ? () => undefined : onClose} centered>
      <Modal.Overlay />
      <Modal.Content>
        {/* Not Modal.Header: its <header> would be a second banner of the page. */}
        <div className={classes.head}>
          <Modal.Title className={classes.title}>{title}</Modal.Title>
          <Modal.CloseButton aria-label="Close" size={44} iconSize={20} />
        </div>
        <Modal.Body>
          {children}
          {problem && <ErrorBanner>{problem}</ErrorBanner>}
          <Group justify="flex-end" mt="lg" gap="sm">
            <Button variant="default" onClick={onClose} disabled={busy} data-autofocus>
              {keep}
            </Button>
            <Button color="red" onClick={onConfirm} disabled={busy}>
              {busy ? busyLabel : confirm}
            </Button>
          </Group>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
