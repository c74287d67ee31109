import type { ReactNode } from 'react';
import { Button, Group, Modal } from '@mantine/core';
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
    <Modal
      opened={opened}
      onClose={busy ? () => undefined : onClose}
      title={title}
      closeButtonProps={{ 'aria-label': 'Close' }}
      styles={{ title: { fontSize: 18, fontWeight: 640 } }}
    >
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
    </Modal>
  );
}
