import { describe, expect, it, vi } from 'vitest';
import { RequestFailed } from '../lib/execute';
import type { SendHooks } from './queue';
import { UploadQueue } from './queue';
import type { Outcome, Upload } from './states';

interface Sent {
  upload: Upload;
  hooks: SendHooks;
  resolve: (outcome: Outcome) => void;
  reject: (error: unknown) => void;
}

function setup(precheck: (file: File) => string | null = () => null) {
  const sent: Sent[] = [];
  const onSettled = vi.fn();
  const queue = new UploadQueue({
    precheck,
    onSettled,
    send: (upload, hooks) => new Promise((resolve, reject) => sent.push({ upload, hooks, resolve, reject })),
  });
  return { queue, sent, onSettled, kinds: () => queue.get().map(({ state }) => state.kind) };
}

function files(...names: string[]) {
  return names.map((name) => new File(['x'], name, { type: 'image/png' }));
}

/** Lets the promises that were settled take effect. */
const settle = () => new Promise((done) => setTimeout(done, 0));

describe('the upload queue', () => {
  it('has at most three under way, and starts the next when one is over', async () => {
    const { queue, sent, kinds } = setup();
    queue.add(files('a', 'b', 'c', 'd', 'e'));
    expect(kinds()).toEqual(['sending', 'sending', 'sending', 'waiting', 'waiting']);
    sent[1]?.resolve({ kind: 'done', imageId: 'image_b' });
    await settle();
    expect(kinds()).toEqual(['sending', 'done', 'sending', 'sending', 'waiting']);
    expect(sent.map(({ upload }) => upload.file.name)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('goes from sending to checking to done', async () => {
    const { queue, sent, onSettled } = setup();
    queue.add(files('a'));
    sent[0]?.hooks.onProgress(0.5);
    expect(queue.get()[0]?.state).toEqual({ kind: 'sending', progress: 0.5 });
    sent[0]?.hooks.onSent();
    expect(queue.get()[0]?.state).toEqual({ kind: 'checking' });
    sent[0]?.resolve({ kind: 'done', imageId: 'image_a' });
    await settle();
    expect(queue.get()[0]?.state).toEqual({ kind: 'done', imageId: 'image_a' });
    expect(onSettled).toHaveBeenCalledTimes(1);
  });

  it('never sends what the precheck refuses', () => {
    const { queue, sent, onSettled } = setup((file) => (file.name === 'a' ? 'Too large.' : null));
    queue.add(files('a', 'b'));
    expect(queue.get()[0]?.state).toEqual({ kind: 'refused', reason: 'Too large.' });
    expect(sent.map(({ upload }) => upload.file.name)).toEqual(['b']);
    expect(onSettled).toHaveBeenCalledTimes(1);
  });

  it('keeps the server’s reason, and does not offer to send that again', async () => {
    const { queue, sent } = setup();
    queue.add(files('a'));
    sent[0]?.resolve({ kind: 'refused', reason: 'Not a picture.' });
    await settle();
    queue.retry(1);
    expect(queue.get()[0]?.state).toEqual({ kind: 'refused', reason: 'Not a picture.' });
    expect(sent).toHaveLength(1);
  });

  it('sends again what failed', async () => {
    const { queue, sent, kinds } = setup();
    queue.add(files('a'));
    sent[0]?.reject(new RequestFailed('x', null));
    await settle();
    expect(kinds()).toEqual(['failed']);
    queue.retry(1);
    expect(kinds()).toEqual(['sending']);
    sent[1]?.resolve({ kind: 'done', imageId: 'image_a' });
    await settle();
    expect(kinds()).toEqual(['done']);
  });

  it('aborts the request of what is canceled, and ignores what still comes of it', async () => {
    const { queue, sent, kinds, onSettled } = setup();
    queue.add(files('a', 'b', 'c', 'd'));
    queue.cancel(1);
    expect(sent[0]?.hooks.signal.aborted).toBe(true);
    sent[0]?.hooks.onProgress(0.9);
    sent[0]?.reject(new DOMException('Canceled.', 'AbortError'));
    await settle();
    expect(kinds()).toEqual(['canceled', 'sending', 'sending', 'sending']);
    expect(onSettled).not.toHaveBeenCalled();
  });

  it('waits for the old request of one that is canceled and tried again at once', async () => {
    const { queue, sent, kinds } = setup();
    queue.add(files('a'));
    queue.cancel(1);
    queue.retry(1);
    expect(sent).toHaveLength(1);
    sent[0]?.reject(new DOMException('Canceled.', 'AbortError'));
    await settle();
    expect(sent).toHaveLength(2);
    expect(kinds()).toEqual(['sending']);
  });

  it('cancels everything, and clears what is over', async () => {
    const { queue, sent, kinds } = setup();
    queue.add(files('a', 'b', 'c', 'd'));
    sent[0]?.resolve({ kind: 'done', imageId: 'image_a' });
    await settle();
    queue.clear();
    expect(kinds()).toEqual(['sending', 'sending', 'sending']);
    queue.cancelAll();
    queue.clear();
    expect(queue.get()).toEqual([]);
    expect(sent).toHaveLength(4);
  });

  it('keeps a file’s key over its retries, and gives each file its own', async () => {
    const { queue, sent } = setup();
    queue.add(files('a', 'b'));
    const keys = sent.map(({ upload }) => upload.idempotencyKey);
    expect(new Set(keys).size).toBe(2);
    sent[0]?.reject(new RequestFailed('The answer got lost.', null));
    await settle();
    queue.retry(1);
    queue.cancel(2);
    sent[1]?.reject(new DOMException('Canceled.', 'AbortError'));
    await settle();
    queue.retry(2);
    expect(sent.slice(2).map(({ upload }) => upload.idempotencyKey)).toEqual(keys);
    expect(sent.every(({ upload }) => upload.onDuplicate === 'RETURN_EXISTING')).toBe(true);
  });

  it('asks for the same thing when it sends a file again', async () => {
    let describe = true;
    const asked: (boolean | null)[] = [];
    const queue = new UploadQueue({
      precheck: () => null,
      describe: () => describe,
      send: async (upload) => {
        asked.push(upload.describe);
        throw new RequestFailed('x', null);
      },
    });
    queue.add(files('a'));
    await settle();
    describe = false;
    queue.retry(1);
    await settle();
    queue.add(files('b'));
    await settle();
    expect(asked).toEqual([true, true, false]);
  });

  it('sends all that failed again with one click, and nothing else', async () => {
    const { queue, sent, kinds } = setup();
    queue.add(files('a', 'b', 'c', 'd', 'e'));
    sent[0]?.reject(new RequestFailed('x', null));
    sent[1]?.resolve({ kind: 'full', used: 9, limit: 10 });
    sent[2]?.resolve({ kind: 'refused', reason: 'No.' });
    await settle();
    queue.cancel(4);
    sent[3]?.reject(new DOMException('Canceled.', 'AbortError'));
    sent[4]?.resolve({ kind: 'done', imageId: 'image_e' });
    await settle();
    expect(kinds()).toEqual(['failed', 'full', 'refused', 'canceled', 'done']);
    queue.retryAll();
    expect(kinds()).toEqual(['sending', 'sending', 'refused', 'canceled', 'done']);
    expect(sent.slice(5).map(({ upload }) => upload.file.name)).toEqual(['a', 'b']);
  });

  it('takes a duplicate in all the same when asked to, as another request', async () => {
    const { queue, sent } = setup();
    queue.add(files('a'));
    const existing = { imageId: 'image_a', name: 'a', thumbhash: '', url: '' };
    sent[0]?.resolve({ kind: 'duplicate', existing });
    await settle();
    expect(queue.get()[0]?.state).toEqual({ kind: 'duplicate', existing });
    queue.retry(1);
    expect(sent).toHaveLength(1);
    queue.keepBoth(1);
    expect(sent[1]?.upload.onDuplicate).toBe('KEEP_BOTH');
    expect(sent[1]?.upload.idempotencyKey).not.toBe(sent[0]?.upload.idempotencyKey);
  });

  it('tells its listeners once of hundreds that are canceled together', () => {
    const { queue, kinds } = setup();
    queue.add(files(...Array.from({ length: 500 }, (_, index) => `f${index}`)));
    const told = vi.fn();
    queue.subscribe(told);
    queue.cancelAll();
    expect(told).toHaveBeenCalledTimes(1);
    expect(new Set(kinds())).toEqual(new Set(['canceled']));
  });
});
