// The frame of the login and registration forms.
import type { FormEvent, ReactNode } from 'react';
import { Button } from '@mantine/core';
import type { Problem } from '../lib/problem';
import { ErrorBanner } from '../ui/ErrorBanner';
import classes from './AuthForm.module.css';

interface AuthFormProps {
  intro: string;
  problem: Problem | null;
  formErrors: readonly string[];
  busy: boolean;
  action: string;
  busyAction: string;
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  children: ReactNode;
  footer?: ReactNode;
}

export function AuthForm({ intro, problem, formErrors, busy, action, busyAction, onSubmit, children, footer }: AuthFormProps) {
  return (
    <>
      <p className={classes.intro}>{intro}</p>
      {/* The server judges the input, so that there is one set of rules and one wording. */}
      <form className={classes.form} onSubmit={onSubmit} noValidate>
        {problem && (
          <ErrorBanner title={problem.title}>
            {problem.message} Your entries are still here: try again.
          </ErrorBanner>
        )}
        {formErrors.map((message) => (
          <ErrorBanner key={message}>{message}</ErrorBanner>
        ))}
        {children}
        <Button type="submit" fullWidth size="md" mt={6} aria-disabled={busy}>
          {busy ? busyAction : problem ? 'Try again' : action}
        </Button>
      </form>
      {footer && <p className={classes.footer}>{footer}</p>}
    </>
  );
}
