import { expect, it } from 'vitest';
import { keepFinalStates } from './finalStates';

const analysis = (status: string, more: object = {}) => ({ __typename: 'Analysis', id: 'a', status, description: null, ...more });

it('does not let a late answer undo that an analysis is over', () => {
  const keep = keepFinalStates();
  const done = analysis('COMPLETED', { description: 'A lake.', tags: ['lake'] });
  expect(keep({ event: done })).toEqual({ event: done });
  expect(keep({ list: [analysis('QUEUED', { image: { id: 'i', latest: analysis('RUNNING') } })] })).toEqual({
    list: [analysis('COMPLETED', { description: 'A lake.', image: { id: 'i', latest: analysis('COMPLETED', { description: 'A lake.' }) } })],
  });
});

it('believes the newer of two states in one answer', () => {
  const keep = keepFinalStates();
  expect(keep([analysis('RUNNING'), analysis('COMPLETED', { description: 'A lake.' })])).toEqual([
    analysis('COMPLETED', { description: 'A lake.' }),
    analysis('COMPLETED', { description: 'A lake.' }),
  ]);
});

it('leaves every other state as it comes, for an attempt may fail and wait again', () => {
  const keep = keepFinalStates();
  keep(analysis('RUNNING'));
  expect(keep(analysis('QUEUED'))).toEqual(analysis('QUEUED'));
  keep({ ...analysis('FAILED'), id: 'b' });
  expect(keep(analysis('QUEUED'))).toEqual(analysis('QUEUED'));
  expect(keep(null)).toBeNull();
});
