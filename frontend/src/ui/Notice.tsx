// A full answer to "why is there nothing here?": empty, not found, unreachable. Words first, then what can be done.
import type { ComponentType, ReactNode } from 'react';
import { Button } from '@mantine/core';
import { AlertIcon, RetryIcon } from './icons';
import type { Problem } from '../lib/problem';
import classes from './Notice.module.css';

interface NoticeProps {
  icon: ComponentType<{ className?: string }>;
  title: string;
  children: ReactNode;
  action?: ReactNode;
  alert?: boolean;
}

export function Notice({ icon: Icon, title, children, action, alert = false }: NoticeProps) {
  return (
    <div className={classes.notice} role={alert ? 'alert' : undefined}>
      <span className={classes.badge}>
        <Icon />
      </span>
      <h2 className={classes.title}>{title}</h2>
      <div className={classes.text}>{children}</div>
      {action}
    </div>
  );
}

interface ProblemNoticeProps {
  problem: Problem;
  onRetry: () => void;
  busy?: boolean;
}

export function ProblemNotice({ problem, onRetry, busy = false }: ProblemNoticeProps) {
  return (
    <Notice
      alert
      icon={AlertIcon}
      title={problem.title}
      action={
        <Button variant="default" leftSection={<RetryIcon />} onClick={onRetry} disabled={busy}>
          {busy ? 'Trying…' : 'Try again'}
        </Button>
      }
    >
      <p>{problem.message}</p>
    </Notice>
  );
}
