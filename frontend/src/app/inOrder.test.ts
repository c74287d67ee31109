import { gql } from '@urql/core';
import type { Operation } from 'urql';
import { createRequest, makeOperation, makeResult } from 'urql';
import { filter, makeSubject, map, merge, pipe, subscribe } from 'wonka';
import { expect, it } from 'vitest';
import { UpdateImageMutation } from '../edit/operations';
import { inOrderExchange } from './inOrder';

function setup() {
  const operations = makeSubject<Operation>();
  const answers = makeSubject<Operation>();
  const sent: string[] = [];
  const done: string[] = [];
  const name = ({ variables }: Operation) => (variables as { input?: { title: string } }).input?.title ?? 'other';
  const results = inOrderExchange()({
    client: {} as never,
    dispatchDebug: () => undefined,
    forward: (source) =>
      pipe(
        merge([
          pipe(answers.source, map((operation) => ({ operation, answer: true }))),
          pipe(
            source,
            map((operation) => {
              sent.push(name(operation));
              return { operation, answer: false };
            }),
          ),
        ]),
        filter(({ answer }) => answer),
        map(({ operation }) => makeResult(operation, { data: {}, hasNext: false })),
      ),
  })(operations.source);
  pipe(results, subscribe(({ operation }) => done.push(name(operation))));
  const make = (id: string, title: string) =>
    makeOperation('mutation', createRequest(UpdateImageMutation, { input: { id, title } }), { url: '/', requestPolicy: 'network-only' } as never);
  return { sent, done, make, send: operations.next, answer: answers.next };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

it('sends the changes of one picture one after the other, and those of others at once', async () => {
  const { sent, done, make, send, answer } = setup();
  const [first, second, third, other] = [make('a', '1'), make('a', '2'), make('a', '3'), make('b', 'b')];
  for (const operation of [first, second, third, other]) send(operation);
  expect(sent).toEqual(['1', 'b']);
  answer(first);
  await settle();
  expect(sent).toEqual(['1', 'b', '2']);
  answer(second);
  await settle();
  answer(third);
  await settle();
  expect(done).toEqual(['1', '2', '3']);
  // The way is free again.
  send(make('a', '4'));
  expect(sent).toEqual(['1', 'b', '2', '3', '4']);
});

it('leaves everything else alone', () => {
  const { sent, send } = setup();
  const query = makeOperation('query', createRequest(gql('query X { __typename }'), {}), { url: '/', requestPolicy: 'network-only' } as never);
  send(query);
  send(query);
  expect(sent).toEqual(['other', 'other']);
});
