// The upload queue: which file is in which state, at most three under way. It knows nothing of React or the network.
import type { Problem } from '../lib/problem';
import { problemOf } from '../lib/problem';

export type UploadState =
  | { kind: 'waiting' }
  /** `progress` from 0 to 1. */
  | { kind: 'sending'; progress: number }
  /** Every byte has gone; the server is looking at them. */
  | { kind: 'checking' }
  | { kind: 'done'; imageId: string }
  /** For what the file is: sending it again would change nothing. */
  | { kind: 'refused'; reason: string }
  | { kind: 'failed'; problem: Problem }
  | { kind: 'canceled' };

export interface Upload {
  id: number;
  file: File;
  state: UploadState;
}

export type Outcome = { kind: 'done'; imageId: string } | { kind: 'refused'; reason: string };

export interface SendHooks {
  signal: AbortSignal;
  onProgress: (progress: number) => void;
  onSent: () => void;
}

export interface QueueOptions {
  send: (file: File, hooks: SendHooks) => Promise<Outcome>;
  /** The reason to refuse a file without sending it, or null. */
  precheck: (file: File) => string | null;
  onSettled?: (upload: Upload, queue: UploadQueue) => void;
  concurrency?: number;
}

export function isActive({ state }: Upload): boolean {
  return state.kind === 'waiting' || state.kind === 'sending' || state.kind === 'checking';
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
      const upload: Upload = { id: this.#nextId++, file, state: reason === null ? { kind: 'waiting' } : { kind: 'refused', reason } };
      if (reason !== null) refused.push(upload);
      return upload;
    });
    this.#change([...this.#uploads, ...added]);
    for (const upload of refused) this.#options.onSettled?.(upload, this);
    this.#start();
  }

  cancel(id: number): void {
    const upload = this.#uploads.find((one) => one.id === id);
    if (!upload || !isActive(upload)) return;
    this.#set(id, { kind: 'canceled' });
    this.#running.get(id)?.abort();
    this.#start();
  }

  cancelAll(): void {
    for (const upload of this.#uploads.filter(isActive)) this.cancel(upload.id);
  }

  retry(id: number): void {
    const kind = this.#uploads.find((one) => one.id === id)?.state.kind;
    if (kind !== 'failed' && kind !== 'canceled') return;
    this.#set(id, { kind: 'waiting' });
    this.#start();
  }

  /** Takes what is over off the list. */
  clear(): void {
    this.#change(this.#uploads.filter(isActive));
  }

  #start(): void {
    for (const upload of this.#uploads) {
      if (this.#running.size >= (this.#options.concurrency ?? 3)) return;
      // One that was canceled and is tried again waits until its old request has let go.
      if (upload.state.kind === 'waiting' && !this.#running.has(upload.id)) void this.#run(upload);
    }
  }

  async #run({ id, file }: Upload): Promise<void> {
    const controller = new AbortController();
    this.#running.set(id, controller);
    this.#set(id, { kind: 'sending', progress: 0 });
    const during = (state: UploadState) => {
      if (!controller.signal.aborted) this.#set(id, state);
    };
    try {
      const outcome = await this.#options.send(file, {
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
