import { describe, expect, it } from 'vitest';
import type { UserErrors } from './userErrors';
import { formErrors, hasErrors } from './userErrors';

function errors(...paths: (readonly string[])[]): UserErrors {
  return paths.map((path, index) => ({ code: 'INVALID_INPUT', message: `message ${index}`, path })) as unknown as UserErrors;
}

describe('formErrors', () => {
  it('puts a message at the field that its path names', () => {
    const found = formErrors(errors(['input', 'password']), ['login', 'password']);
    expect(found).toEqual({ fields: { password: 'message 0' }, form: [] });
  });

  it('shows what names no field of the form above it', () => {
    const found = formErrors(errors(['input'], [], ['input', 'invite'], ['password']), ['password']);
    expect(found).toEqual({ fields: {}, form: ['message 0', 'message 1', 'message 2', 'message 3'] });
  });

  it('keeps both messages of one field', () => {
    expect(formErrors(errors(['input', 'a'], ['input', 'a']), ['a']).fields.a).toBe('message 0 message 1');
  });

  it('finds fields that sit deeper', () => {
    const found = formErrors(errors(['input', 'options', 'prompt'], ['input', 'prompt']), ['prompt'], ['input', 'options']);
    expect(found).toEqual({ fields: { prompt: 'message 0' }, form: ['message 1'] });
  });

  it('knows when there is nothing to show', () => {
    expect(hasErrors(formErrors(errors(), ['a']))).toBe(false);
    expect(hasErrors(formErrors(errors(['input']), ['a']))).toBe(true);
  });
});
