// What went wrong, in words for people: failures that no form field and no payload answers for.
import { CombinedError } from '@urql/core';
import { RequestFailed } from './execute';
import { retryAfter } from './retryAfter';

export interface Problem {
  title: string;
  message: string;
}

const unreachable: Problem = {
  title: 'The server can’t be reached',
  message: 'Check your connection, or wait a moment if the server is being restarted.',
};

/** `wait`: seconds, where the server said how long. */
function byCode(code: string, message: string, wait: number | null): Problem {
  switch (code) {
    case 'UNAUTHENTICATED':
      return { title: 'Your session has ended', message: 'Log in again to go on.' };
    case 'FORBIDDEN':
      return { title: 'That is not allowed', message };
    case 'RATE_LIMITED':
      return { title: 'Too many requests', message: wait === null ? 'Wait a moment, then try again.' : `Try again in ${wait} s.` };
    case 'TOO_MANY_ATTEMPTS':
      // The message says when it will be taken again.
      return { title: 'Too many requests', message };
    case 'UNAVAILABLE':
      return { title: 'The server is not ready', message };
    case 'INTERNAL':
      return { title: 'Something broke on the server', message };
    default:
      return { title: 'That did not work', message };
  }
}

export function problemOf(error: unknown): Problem {
  if (error instanceof RequestFailed) return error.code === null ? unreachable : byCode(error.code, error.message, error.wait);
  if (error instanceof CombinedError) {
    const [first] = error.graphQLErrors;
    if (first) return byCode(codeOf(first.extensions), first.message, waitOf(error));
    return isRateLimited(error) ? byCode('RATE_LIMITED', '', waitOf(error)) : unreachable;
  }
  return { title: 'That did not work', message: error instanceof Error ? error.message : 'Try again.' };
}

export function isUnauthenticated(error: CombinedError): boolean {
  return error.graphQLErrors.some(({ extensions }) => codeOf(extensions) === 'UNAUTHENTICATED');
}

/** Refused because of how much was asked: by the API, or by a proxy before it, which knows no GraphQL. */
export function isRateLimited(error: CombinedError): boolean {
  return responseOf(error)?.status === 429 || error.graphQLErrors.some(({ extensions }) => codeOf(extensions) === 'RATE_LIMITED');
}

/** How many seconds the server wants to be left alone; null where it does not say. */
export function waitOf(error: CombinedError): number | null {
  return retryAfter(responseOf(error)?.headers);
}

function responseOf({ response }: CombinedError): Response | undefined {
  return response instanceof Response ? response : undefined;
}

function codeOf(extensions: Record<string, unknown> | undefined): string {
  return typeof extensions?.code === 'string' ? extensions.code : 'INTERNAL';
}
