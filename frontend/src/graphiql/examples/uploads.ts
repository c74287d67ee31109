// Ways to put an image in.

import type { Example } from './example';

export const uploads: readonly Example[] = [
  {
    name: 'uploadImage',
    about: 'Send a picture. Needs a file, so it runs from a terminal.',
    query: /* GraphQL */ `# GraphiQL cannot send files. From a terminal, with the GraphQL multipart request specification:
#
# curl "$ORIGIN/graphql" \\
#   -H "Authorization: Bearer $TOKEN" \\
#   -H "GraphQL-Preflight: 1" \\
#   -F operations='{ "query": "mutation ($input: UploadImageInput!) { uploadImage(input: $input) { image { id } errors { code message } } }", "variables": { "input": { "file": null } } }' \\
#   -F map='{ "0": ["variables.input.file"] }' \\
#   -F 0=@picture.jpg
#
# "analyze": {} in the input has the picture described as soon as it is stored. With an "idempotencyKey", the same request
# can be sent again when its answer got lost: it makes no second image.
mutation UploadImage($input: UploadImageInput!) {
  uploadImage(input: $input) {
    duplicate
    image {
      id
      filename
      width
      height
    }
    analysis {
      id
      status
    }
    errors {
      code
      message
      path
      ... on FileRejectedError {
        acceptedTypes
        maxBytes
        maxPixels
      }
      ... on DuplicateImageError {
        existing {
          id
        }
      }
      ... on LimitReachedError {
        limit
        used
      }
    }
  }
}`,
    variables: {
      input: { file: null, title: 'A title', tags: ['sea', 'evening'], analyze: {}, onDuplicate: 'RETURN_EXISTING', idempotencyKey: 'a key of your own' },
    },
  },
  {
    name: 'createUpload',
    about: 'A place to PUT a big file, straight to where it is stored. Then complete it.',
    query: /* GraphQL */ `# Send the bytes with the method, to the URL and with the headers of the answer:
#
# curl -X PUT --data-binary @picture.jpg -H "name: value" "$URL"
#
# Then run completeUpload. With "sha256" in the input, a file that you have here already need not be sent.
mutation CreateUpload($input: CreateUploadInput!) {
  createUpload(input: $input) {
    upload {
      id
      method
      url
      headers {
        name
        value
      }
      expiresAt
    }
    existingImage {
      id
    }
    errors {
      code
      message
      path
      ... on LimitReachedError {
        limit
        used
      }
    }
  }
}`,
    variables: { input: { filename: 'picture.jpg', contentType: 'image/jpeg', byteSize: 4_821_003 } },
  },
  {
    name: 'completeUpload',
    about: 'Make a picture of the bytes that were sent after createUpload.',
    query: /* GraphQL */ `mutation CompleteUpload($input: CompleteUploadInput!) {
  completeUpload(input: $input) {
    duplicate
    image {
      id
      filename
      width
      height
    }
    analysis {
      id
      status
    }
    errors {
      code
      message
      path
    }
  }
}`,
    variables: { input: { uploadId: 'the id of an upload', title: 'A title', tags: ['sea'], onDuplicate: 'KEEP_BOTH' } },
  },
];
