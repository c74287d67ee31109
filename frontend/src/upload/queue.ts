// The upload queue: which file is in which state, at most three under way. It knows nothing of React or the network.
import { problemOf } from '../lib/problem';
import { randomKey } from '../lib/randomKey';
import type { Outcome, Upload, UploadState } from './states';
import { isActive, isRetriable } from './states';

export interface SendHooks {
  signal: AbortSignal;
  onProgress: (progress: number) => void;
  onSent: () => void;
}

export interface QueueOptions {
  send: (upload: Upload, hooks: SendHooks) => Promise<Outcome>;
  /** The reason to refuse a file without sending it, or null. */
  precheck: (file: File) => string | null;
  /** Whether what is sent now should be described. */
  describe?: () => boolean;
  onSettled?: (upload: Upload, queue: UploadQueue) => void;
  concurrency?: number;
}

export class UploadQueue {
  #uploads: readonly Upload[] = [];
  #nextId = 1;
  #running = new Map<number, AbortController>();
  #listeners = new Set<() => void>();
  readonly #options: QueueOptions;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly get = (): readonly Upload[] => this.#uploads;

  add(files: readonly File[]): void {
    const refused: Upload[] = [];
    const added = files.map((file): Upload => {
      const reason = this.#options.precheck(file);
      const upload: Upload = {
        id: this.#nextId++,
        file,
        state: reason === null ? { kind: 'waiting' } : { kind: 'refused', reason },
        idempotencyKey: randomKey(),
        onDuplicate: 'RETURN_EXISTING',
        describe: null,
      };
      if (reason !== null) refused.push(upload);
      return upload;
    });
    this.#change([...this.#uploads, ...added]);
    for (const upload of refused) this.#options.onSettled?.(upload, this);
    this.#start();
  }

  cancel(id: number): void {
    this.#cancel((upload) => upload.id === id);
  }

  cancelAll(): void {
    this.#cancel(() => true);
  }

  retry(id: number): void {
    this.#again((upload) => upload.id === id && (isRetriable(upload) || upload.state.kind === 'canceled'));
  }

  /** Everything that did not get through. */
  retryAll(): void {
    this.#again(isRetriable);
  }

  /** Takes a duplicate in all the same: another request than the one that was answered, so with a key of its own. */
  keepBoth(id: number): void {
    this.#again(
      (upload) => upload.id === id && upload.state.kind === 'duplicate',
      () => ({ idempotencyKey: randomKey(), onDuplicate: 'KEEP_BOTH', describe: null }),
    );
  }

  /** Takes what is over off the list. */
  clear(): void {
    this.#change(this.#uploads.filter(isActive));
  }

  #cancel(which: (upload: Upload) => boolean): void {
    const canceled = this.#uploads.filter((upload) => isActive(upload) && which(upload));
    if (canceled.length === 0) return;
    const ids = new Set(canceled.map(({ id }) => id));
    // All in one go: with hundreds of files, hundreds of changes would be felt.
    this.#change(this.#uploads.map((upload) => (ids.has(upload.id) ? { ...upload, state: { kind: 'canceled' } } : upload)));
    for (const id of ids) this.#running.get(id)?.abort();
    this.#start();
  }

  #again(which: (upload: Upload) => boolean, change: () => Partial<Upload> = () => ({})): void {
    this.#change(this.#uploads.map((upload) => (which(upload) ? { ...upload, ...change(), state: { kind: 'waiting' } } : upload)));
    this.#start();
  }

  #start(): void {
    for (const upload of this.#uploads) {
      if (this.#running.size >= (this.#options.concurrency ?? 3)) return;
      // One that was canceled and is tried again waits until its old request has let go.
      if (upload.state.kind === 'waiting' && !this.#running.has(upload.id)) void this.#run(upload);
    }
  }

  async #run(waiting: Upload): Promise<void> {
    const { id } = waiting;
    const controller = new AbortController();
    this.#running.set(id, controller);
    const upload = { ...waiting, describe: waiting.describe ?? this.#options.describe?.() ?? false };
    this.#change(this.#uploads.map((one) => (one.id === id ? { ...upload, state: { kind: 'sending', progress: 0 } } : one)));
    const during = (state: UploadState) => {
      if (!controller.signal.aborted) this.#set(id, state);
    };
    try {
      const outcome = await this.#options.send(upload, {
        signal: controller.signal,
        onProgress: (progress) => during({ kind: 'sending', progress }),
        onSent: () => during({ kind: 'checking' }),
      });
      during(outcome);
    } catch (error) {
      during({ kind: 'failed', problem: problemOf(error) });
    }
    this.#running.delete(id);
    const settled = this.#uploads.find((one) => one.id === id);
    if (settled && !controller.signal.aborted) this.#options.onSettled?.(settled, this);
    this.#start();
  }

  #set(id: number, state: UploadState): void {
    this.#change(this.#uploads.map((upload) => (upload.id === id ? { ...upload, state } : upload)));
  }

  #change(uploads: readonly Upload[]): void {
    this.#uploads = uploads;
    for (const listener of this.#listeners) listener();
  }
}
