// The payloads' `errors`: which form field each belongs to, and what is left for the form as a whole.
import type { FragmentType } from '../gql';
import { graphql, readFragment } from '../gql';

export const UserErrorFragment = graphql(`
  fragment UserError_error on UserError {
    __typename
    code
    message
    path
    ... on FileRejectedError {
      acceptedTypes
      maxBytes
      maxPixels
    }
    ... on LimitReachedError {
      limit
      used
    }
  }
`);

export type UserErrors = readonly FragmentType<typeof UserErrorFragment>[];

export interface FormErrors<Field extends string> {
  fields: Partial<Record<Field, string>>;
  form: string[];
}

/**
 * A path is `["input", field, …]`; `under` is for fields that sit deeper.
 * What names no field of this form is shown above it, so that nothing gets lost.
 */
export function formErrors<Field extends string>(
  masked: UserErrors,
  fields: readonly Field[],
  under: readonly string[] = ['input'],
): FormErrors<Field> {
  const result: FormErrors<Field> = { fields: {}, form: [] };
  for (const { path, message } of readFragment(UserErrorFragment, masked)) {
    const inside = under.every((step, index) => path[index] === step);
    const field = inside ? fields.find((name) => path[under.length] === name) : undefined;
    if (field === undefined) result.form.push(message);
    else result.fields[field] = result.fields[field] ? `${result.fields[field]} ${message}` : message;
  }
  return result;
}

export function hasErrors(errors: FormErrors<string>): boolean {
  return errors.form.length > 0 || Object.keys(errors.fields).length > 0;
}

export function readUserErrors(masked: UserErrors) {
  return readFragment(UserErrorFragment, masked);
}

export function firstMessage(masked: UserErrors): string | null {
  return readFragment(UserErrorFragment, masked)[0]?.message ?? null;
}
