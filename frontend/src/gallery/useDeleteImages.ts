// Deleting pictures for good, from the grid and from a picture's own page.
import { useState } from 'react';
import { useMutation } from 'urql';
import { plural } from '../lib/format';
import { problemOf } from '../lib/problem';
import { readUserErrors } from '../lib/userErrors';
import { DeleteImagesMutation } from './operations';

/** The API takes at most that many ids at once. */
const atOnce = 100;

export interface Deletion {
  deleted: string[];
  /** Why some are still there; null when all are gone. */
  problem: string | null;
}

export function useDeleteImages() {
  const [, send] = useMutation(DeleteImagesMutation);
  const [busy, setBusy] = useState(false);

  async function run(ids: readonly string[]): Promise<Deletion> {
    setBusy(true);
    const deleted: string[] = [];
    try {
      for (let start = 0; start < ids.length; start += atOnce) {
        const { data, error } = await send({ input: { ids: ids.slice(start, start + atOnce) } });
        if (!data) return { deleted, problem: `${problemOf(error).title}. ${problemOf(error).message}` };
        deleted.push(...data.deleteImages.deletedIds);
        // What is not there needs no deleting: another tab was faster.
        const refused = readUserErrors(data.deleteImages.errors).filter(({ code }) => code !== 'NOT_FOUND');
        if (refused[0]) return { deleted, problem: `${plural(refused.length, 'picture')} could not be deleted: ${refused[0].message}` };
      }
      return { deleted, problem: null };
    } finally {
      setBusy(false);
    }
  }

  return { busy, run };
}
