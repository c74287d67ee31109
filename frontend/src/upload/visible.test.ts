import { expect, it } from 'vitest';
import type { Upload, UploadState } from './states';
import { summary } from './summary';
import { visibleRows } from './visible';

let id = 0;
function uploads(count: number, state: UploadState): Upload[] {
  return Array.from({ length: count }, () => ({
    id: (id += 1),
    file: new File(['x'], 'x.png'),
    state,
    idempotencyKey: String(id),
    onDuplicate: 'RETURN_EXISTING' as const,
    describe: null,
  }));
}
const done: UploadState = { kind: 'done', imageId: 'image_1' };
const there: UploadState = { kind: 'duplicate', existing: { imageId: 'image_1', name: 'x', thumbhash: '', url: '' } };

it('draws all of a few', () => {
  const few = [...uploads(30, done), ...uploads(30, { kind: 'waiting' })];
  expect(visibleRows(few)).toEqual({ rows: few, done: 0, waiting: 0, others: 0 });
});

it('draws a bounded part of many: what is under way, what went wrong, and what is near', () => {
  const many = [
    ...uploads(2000, done),
    ...uploads(150, { kind: 'refused', reason: 'No.' }),
    ...uploads(3, { kind: 'sending', progress: 0.5 }),
    ...uploads(5000, { kind: 'waiting' }),
  ];
  const { rows, ...rest } = visibleRows(many);
  expect(rest).toEqual({ done: 1988, waiting: 4988, others: 50 });
  expect(rows).toHaveLength(12 + 100 + 3 + 12);
  expect(rows.map((row) => row.id)).toEqual(rows.map((row) => row.id).sort((one, other) => one - other));
  expect(rows.filter(({ state }) => state.kind === 'sending')).toHaveLength(3);
  expect(rows.at(-1)?.id).toBe(many[2153 + 11]?.id);
});

it('says in a line what came of all', () => {
  expect(summary([...uploads(2, done), ...uploads(1, there), ...uploads(1, { kind: 'canceled' })])).toBe('2 uploaded, 1 already there, 1 not');
  expect(summary(uploads(1, there))).toBe('Already in your library');
  expect(summary(uploads(2, there))).toBe('2 pictures already there');
  expect(summary([...uploads(2, done), ...uploads(1, there), ...uploads(1, { kind: 'waiting' })])).toBe('Uploading 3 of 4');
  expect(summary(uploads(2, { kind: 'full', used: 1, limit: 1 }))).toBe('2 files not uploaded');
});
