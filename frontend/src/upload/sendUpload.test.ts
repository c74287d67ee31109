import type { Client } from 'urql';
import { expect, it } from 'vitest';
import { RequestFailed } from '../lib/execute';
import { sendUpload } from './sendUpload';
import type { Upload } from './states';

const upload: Upload = {
  id: 1,
  file: new File(['x'], 'x.png'),
  state: { kind: 'waiting' },
  idempotencyKey: 'key',
  onDuplicate: 'RETURN_EXISTING',
  describe: false,
};
const image = { id: 'image_1', filename: 'x.png', title: 'The x', thumbhash: 'hash', small: { url: '/media/x' } };

/** Sends one file to a server that gives this answer. */
async function send(answer: { image?: unknown; duplicate?: boolean; errors?: unknown[] }, part: Partial<Upload> = {}) {
  const inputs: unknown[] = [];
  const client = {
    mutation: (_document: unknown, { input }: { input: unknown }) => {
      inputs.push(input);
      return { toPromise: async () => ({ data: { uploadImage: { image: null, duplicate: false, errors: [], ...answer } } }) };
    },
  } as unknown as Client;
  const outcome = await sendUpload(client, { ...upload, ...part }, { signal: new AbortController().signal, onProgress: () => undefined, onSent: () => undefined });
  return { outcome, inputs };
}

it('sends the key, the policy, and a wish for a description only where there is one', async () => {
  expect((await send({ image })).inputs).toEqual([{ file: upload.file, idempotencyKey: 'key', onDuplicate: 'RETURN_EXISTING' }]);
  expect((await send({ image }, { describe: true, onDuplicate: 'KEEP_BOTH' })).inputs[0]).toMatchObject({ analyze: {}, onDuplicate: 'KEEP_BOTH' });
});

it('tells a new picture from one that was there', async () => {
  expect((await send({ image })).outcome).toEqual({ kind: 'done', imageId: 'image_1' });
  expect((await send({ image, duplicate: true })).outcome).toEqual({
    kind: 'duplicate',
    existing: { imageId: 'image_1', name: 'The x', thumbhash: 'hash', url: '/media/x' },
  });
});

it('tells a full library, with its numbers, from a file that is not taken', async () => {
  const full = { __typename: 'LimitReachedError', code: 'QUOTA_EXCEEDED', message: 'Full.', path: [], used: 9, limit: 10 };
  expect((await send({ errors: [full] })).outcome).toEqual({ kind: 'full', used: 9, limit: 10 });
  const corrupt = { __typename: 'FileRejectedError', code: 'CORRUPT_FILE', message: 'Damaged.', path: ['input', 'file'] };
  expect((await send({ errors: [corrupt] })).outcome).toEqual({ kind: 'refused', reason: 'Damaged.' });
});

it('lets a conflict be tried again', async () => {
  const conflict = { __typename: 'InputError', code: 'CONFLICT', message: 'At work.', path: [] };
  await expect(send({ errors: [conflict] })).rejects.toThrow(RequestFailed);
});
