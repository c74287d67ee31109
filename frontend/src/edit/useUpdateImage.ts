// Saving what was changed of a picture: only that, so that a change made elsewhere in the meantime stays.
import { useCallback, useState } from 'react';
import { useClient } from 'urql';
import type { UpdateImageInput } from '../gql/graphql';
import { problemOf } from '../lib/problem';
import type { FormErrors, UserErrors } from '../lib/userErrors';
import { formErrors, hasErrors } from '../lib/userErrors';
import { UpdateImageMutation } from './operations';

export type Change = Omit<UpdateImageInput, 'id'>;

/** Null: saved. The same is on screen before the answer is there, and taken back if it is a refusal. */
export type Save = (change: Change) => Promise<UserErrors | Error | null>;

export function useSave(imageId: string): Save {
  const client = useClient();
  return useCallback(
    async (change) => {
      const { data, error } = await client.mutation(UpdateImageMutation, { input: { id: imageId, ...change } }).toPromise();
      if (!data) return error ?? new Error('The server sent an empty answer.');
      return data.updateImage.errors.length > 0 ? data.updateImage.errors : null;
    },
    [client, imageId],
  );
}

/** What came of a save, at the fields of a form. `under`: the path of those fields. */
export function saveErrors<Field extends string>(
  result: UserErrors | Error | null,
  fields: readonly Field[],
  under: readonly string[] = ['input'],
): FormErrors<Field> {
  if (result === null) return { fields: {}, form: [] };
  if (!(result instanceof Error)) return formErrors(result, fields, under);
  const { title, message } = problemOf(result);
  return { fields: {}, form: [`${title}. ${message}`] };
}

/** For a form of one field: everything that went wrong goes there. */
export function useSaveField(imageId: string) {
  const save = useSave(imageId);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function run(change: Change): Promise<boolean> {
    setError(null);
    setBusy(true);
    const found = saveErrors(await save(change), []);
    setBusy(false);
    setError(hasErrors(found) ? found.form.join(' ') : null);
    return !hasErrors(found);
  }

  return { busy, error, setError, save: run };
}
