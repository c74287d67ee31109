// New URLs for pictures whose own have expired, as in a tab that was open for a day. What asks at the same time is asked for
// together, and what comes goes through the cache to wherever the pictures are shown.
import { useCallback } from 'react';
import type { Client } from 'urql';
import { useClient } from 'urql';
import { graphql, readFragment } from '../gql';
import type { Picture_ImageFragment } from '../gql/graphql';
import { PictureFragment } from '../lib/renditions';
import type { Renewal } from '../ui/useDelivery';

export const PictureUrlsQuery = graphql(`
  query PictureUrls($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      id
      ... on Image {
        ...Picture_image
        ...PictureZoom_image
      }
    }
  }
`);

/** At most so many at once. */
const chunk = 50;
/** How long others are waited for, in milliseconds. */
const patience = 50;

/** By id, one URL of each picture that there is. */
type Answer = ReadonlyMap<string, string>;

interface Batch {
  ids: Set<string>;
  answer: Promise<Answer>;
}

const open = new WeakMap<Client, Batch>();

type Known = Pick<Picture_ImageFragment, 'id' | 'w256'>;

export async function renewPicture(client: Client, { id, w256 }: Known): Promise<Renewal> {
  let batch = open.get(client);
  if (!batch) {
    const ids = new Set<string>();
    batch = { ids, answer: new Promise((done) => setTimeout(done, patience)).then(() => ask(client, ids)) };
    open.set(client, batch);
  }
  batch.ids.add(id);
  const { ids, answer } = batch;
  if (ids.size >= chunk) open.delete(client);
  const url = (await answer).get(id);
  return url === undefined ? 'gone' : url === w256.url ? 'same' : 'renewed';
}

async function ask(client: Client, ids: Set<string>): Promise<Answer> {
  if (open.get(client)?.ids === ids) open.delete(client);
  const { data, error } = await client.query(PictureUrlsQuery, { ids: [...ids] }, { requestPolicy: 'network-only' }).toPromise();
  if (!data) throw error ?? new Error('No answer.');
  return new Map(
    data.nodes.flatMap((node) => {
      const picture = node?.__typename === 'Image' ? readFragment(PictureFragment, node) : null;
      return picture ? [[picture.id, picture.w256.url] as const] : [];
    }),
  );
}

export function useRenewal(picture: Known): () => Promise<Renewal> {
  const client = useClient();
  return useCallback(() => renewPicture(client, picture), [client, picture]);
}
