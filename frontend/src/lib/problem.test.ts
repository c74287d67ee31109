import { CombinedError } from '@urql/core';
import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { RequestFailed } from './execute';
import { isUnauthenticated, problemOf } from './problem';

function graphQLError(code: string) {
  return new CombinedError({ graphQLErrors: [new GraphQLError('why', { extensions: { code } })] });
}

describe('problemOf', () => {
  it('tells an unreachable server from one that answered', () => {
    expect(problemOf(new RequestFailed('x', null)).title).toBe('The server can’t be reached');
    expect(problemOf(new CombinedError({ networkError: new TypeError('x') })).title).toBe('The server can’t be reached');
    expect(problemOf(new RequestFailed('request 7', 'INTERNAL'))).toEqual({
      title: 'Something broke on the server',
      message: 'request 7',
    });
    expect(problemOf(graphQLError('RATE_LIMITED')).title).toBe('Too many requests');
    expect(problemOf(new RequestFailed('Try again in 9 seconds.', 'TOO_MANY_ATTEMPTS'))).toEqual({
      title: 'Too many requests',
      message: 'Try again in 9 seconds.',
    });
  });

  it('has words for what is no request at all', () => {
    expect(problemOf(undefined).title).toBe('That did not work');
  });
});

it('knows an ended session by its code alone', () => {
  expect(isUnauthenticated(graphQLError('UNAUTHENTICATED'))).toBe(true);
  expect(isUnauthenticated(graphQLError('FORBIDDEN'))).toBe(false);
});
