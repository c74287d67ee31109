// What went wrong, in words for people: failures that no form field and no payload answers for.
import { CombinedError } from '@urql/core';
import { RequestFailed } from './execute';

export interface Problem {
  title: string;
  message: string;
}

const unreachable: Problem = {
  title: 'The server can’t be reached',
  message: 'Check your connection, or wait a moment if the server is being restarted.',
};

function byCode(code: string, message: string): Problem {
  switch (code) {
    case 'UNAUTHENTICATED':
      return { title: 'Your session has ended', message: 'Log in again to go on.' };
    case 'FORBIDDEN':
      return { title: 'That is not allowed', message };
    case 'RATE_LIMITED':
      return { title: 'Too many requests', message: 'Wait a moment, then try again.' };
    case 'UNAVAILABLE':
      return { title: 'The server is not ready', message };
    case 'INTERNAL':
      return { title: 'Something broke on the server', message };
    default:
      return { title: 'That did not work', message };
  }
}

export function problemOf(error: unknown): Problem {
  if (error instanceof RequestFailed) return error.code === null ? unreachable : byCode(error.code, error.message);
  if (error instanceof CombinedError) {
    const [first] = error.graphQLErrors;
    if (first) return byCode(codeOf(first.extensions), first.message);
    return unreachable;
  }
  return { title: 'That did not work', message: error instanceof Error ? error.message : 'Try again.' };
}

export function isUnauthenticated(error: CombinedError): boolean {
  return error.graphQLErrors.some(({ extensions }) => codeOf(extensions) === 'UNAUTHENTICATED');
}

function codeOf(extensions: Record<string, unknown> | undefined): string {
  return typeof extensions?.code === 'string' ? extensions.code : 'INTERNAL';
}
