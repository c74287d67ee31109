// Sending a login or a registration: one attempt at a time, errors at the fields they belong to.
import type { FormEvent } from 'react';
import { useState } from 'react';
import type { FragmentType } from '../gql';
import type { Problem } from '../lib/problem';
import { problemOf } from '../lib/problem';
import type { FormErrors, UserErrors } from '../lib/userErrors';
import { formErrors, hasErrors } from '../lib/userErrors';
import { session, toGrant } from './browserSession';
import type { AuthSessionFragment } from './operations';

interface Payload {
  session: FragmentType<typeof AuthSessionFragment> | null;
  errors: UserErrors;
}

export function useAuthForm<Field extends string>(
  fields: readonly Field[],
  send: (values: Record<Field, string>) => Promise<Payload>,
) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [errors, setErrors] = useState<FormErrors<Field>>({ fields: {}, form: [] });

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const form = event.currentTarget;
    const data = new FormData(form);
    const values = Object.fromEntries(fields.map((name) => [name, String(data.get(name) ?? '')])) as Record<Field, string>;

    setBusy(true);
    setProblem(null);
    setErrors({ fields: {}, form: [] });
    try {
      const payload = await send(values);
      const found = formErrors(payload.errors, fields);
      if (payload.session && !hasErrors(found)) {
        // The router's guards do the rest.
        session.begin(toGrant(payload.session));
        return;
      }
      setErrors(found);
      const first = fields.find((name) => found.fields[name]);
      const input = first && form.elements.namedItem(first);
      if (input instanceof HTMLElement) input.focus();
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  }

  return { busy, problem, errors, submit };
}
