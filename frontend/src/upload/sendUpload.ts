import type { Client } from 'urql';
import { graphql, readFragment } from '../gql';
import { RequestFailed } from '../lib/execute';
import { pictureName } from '../lib/pictureName';
import type { UserErrors } from '../lib/userErrors';
import { readUserErrors } from '../lib/userErrors';
import type { SendHooks } from './queue';
import type { Outcome, Upload } from './states';
import { xhrFetch } from './xhrFetch';

const UploadedImageFragment = graphql(`
  fragment Uploaded_image on Image {
    id
    filename
    title
    thumbhash
    small: rendition(transform: { width: 256 }) {
      url
    }
  }
`);

/** Asks for what the gallery shows and sorts by, so that the cache can put the new picture among the others. */
export const UploadImageMutation = graphql(`
  mutation UploadImage($input: UploadImageInput!) {
    uploadImage(input: $input) {
      duplicate
      image {
        id
        ...Listed_image
        ...ImageCard_image
        ...Uploaded_image
      }
      errors {
        ...UserError_error
      }
    }
  }
`);

export async function sendUpload(client: Client, { file, idempotencyKey, onDuplicate, describe }: Upload, hooks: SendHooks): Promise<Outcome> {
  const input = { file, idempotencyKey, onDuplicate, ...(describe ? { analyze: {} } : {}) };
  const { data, error } = await client.mutation(UploadImageMutation, { input }, { fetch: xhrFetch(hooks) }).toPromise();
  if (error) throw error;
  const payload = data?.uploadImage;
  if (!payload?.image) return refusal(payload?.errors ?? []);
  const { id, thumbhash, small, ...names } = readFragment(UploadedImageFragment, payload.image);
  if (!payload.duplicate) return { kind: 'done', imageId: id };
  return { kind: 'duplicate', existing: { imageId: id, name: pictureName(names), thumbhash, url: small.url } };
}

function refusal(errors: UserErrors): Outcome {
  const [first] = readUserErrors(errors);
  if (first?.__typename === 'LimitReachedError') return { kind: 'full', used: first.used, limit: first.limit };
  // The same key is at work elsewhere; later its answer is there.
  if (first?.code === 'CONFLICT') throw new RequestFailed(first.message, first.code);
  return { kind: 'refused', reason: first?.message ?? 'The server refused this file.' };
}
