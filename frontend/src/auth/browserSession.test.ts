// What the answer to a refresh makes of the session.
import { afterEach, expect, it, vi } from 'vitest';
import { session } from './browserSession';

function answerWith(code: string, message: string) {
  const errors = [{ __typename: 'RetryLaterError', code, message, path: [] }];
  const body = JSON.stringify({ data: { refresh: { session: null, errors } } });
  vi.stubGlobal('fetch', vi.fn(async () => new Response(body)));
}

afterEach(() => vi.unstubAllGlobals());

it('takes a refresh that is put off for no log-out, and says when to try again', async () => {
  answerWith('TOO_MANY_ATTEMPTS', 'Too many attempts. Try again in 9 seconds.');
  await session.restore();
  expect(session.get()).toEqual({
    status: 'unreachable',
    problem: { title: 'Too many requests', message: 'Too many attempts. Try again in 9 seconds.' },
  });
});

it('takes a token that is not valid for one', async () => {
  answerWith('TOKEN_INVALID', 'Log in again.');
  await session.restore();
  expect(session.get()).toEqual({ status: 'signedOut' });
});
