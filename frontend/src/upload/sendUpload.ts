import type { Client } from 'urql';
import { graphql } from '../gql';
import { firstMessage } from '../lib/userErrors';
import type { Outcome, SendHooks } from './queue';
import { xhrFetch } from './xhrFetch';

/** Asks for what the gallery's cards show, so that the cache can put the new picture among them. */
export const UploadImageMutation = graphql(`
  mutation UploadImage($input: UploadImageInput!) {
    uploadImage(input: $input) {
      image {
        id
        uploadedAt
        byteSize
        ...ImageCard_image
      }
      errors {
        ...UserError_error
      }
    }
  }
`);

export async function sendUpload(client: Client, file: File, describe: boolean, hooks: SendHooks): Promise<Outcome> {
  const input = describe ? { file, analyze: {} } : { file };
  const { data, error } = await client.mutation(UploadImageMutation, { input }, { fetch: xhrFetch(hooks) }).toPromise();
  if (error) throw error;
  const payload = data?.uploadImage;
  if (payload?.image) return { kind: 'done', imageId: payload.image.id };
  return { kind: 'refused', reason: (payload && firstMessage(payload.errors)) ?? 'The server refused this file.' };
}
