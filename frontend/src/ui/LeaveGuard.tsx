// Asks before what was typed is lost: on the way to another page here, and when the tab is closed.
import type { ReactNode } from 'react';
import { useBlocker } from '@tanstack/react-router';
import { ConfirmDialog } from './ConfirmDialog';

interface LeaveGuardProps {
  active: boolean;
  title: string;
  confirm: string;
  children: ReactNode;
}

export function LeaveGuard({ active, title, confirm, children }: LeaveGuardProps) {
  const blocker = useBlocker({ shouldBlockFn: () => active, enableBeforeUnload: active, withResolver: true });
  return (
    <ConfirmDialog
      opened={blocker.status === 'blocked'}
      title={title}
      keep="Stay"
      confirm={confirm}
      busyLabel={confirm}
      busy={false}
      problem={null}
      onConfirm={() => blocker.proceed?.()}
      onClose={() => blocker.reset?.()}
    >
      {children}
    </ConfirmDialog>
  );
}
