// What can become of a file, from being chosen to being in the library.
import type { DuplicatePolicy } from '../gql/graphql';
import type { Problem } from '../lib/problem';

/** The picture that is there, as far as a row shows it. */
export interface Existing {
  imageId: string;
  name: string;
  thumbhash: string;
  url: string;
}

export type Outcome =
  | { kind: 'done'; imageId: string }
  /** The same bytes were there before; nothing was taken in. */
  | { kind: 'duplicate'; existing: Existing }
  /** For what the file is: sending it again would change nothing. */
  | { kind: 'refused'; reason: string }
  /** For what else there is: sending it again helps once there is room. In bytes. */
  | { kind: 'full'; used: number; limit: number };

export type UploadState =
  | { kind: 'waiting' }
  /** `progress` from 0 to 1. */
  | { kind: 'sending'; progress: number }
  /** Every byte has gone; the server is looking at them. */
  | { kind: 'checking' }
  | Outcome
  | { kind: 'failed'; problem: Problem }
  | { kind: 'canceled' };

export interface Upload {
  id: number;
  file: File;
  state: UploadState;
  /** Made once and kept over all retries: when only the answer got lost, the server gives it again. */
  idempotencyKey: string;
  onDuplicate: DuplicatePolicy;
  /** Set when it is first sent: a retry has to ask for the same thing. */
  describe: boolean | null;
}

export function isActive({ state }: Upload): boolean {
  return state.kind === 'waiting' || state.kind === 'sending' || state.kind === 'checking';
}

/** What one click sends again. What was canceled is not among "all": somebody wanted it so. */
export function isRetriable({ state }: Upload): boolean {
  return state.kind === 'failed' || state.kind === 'full';
}
