// An example for every operation of the API. A test validates each against the schema.

export interface Example {
  name: string;
  about: string;
  query: string;
  variables?: Record<string, unknown>;
}

export const examples: readonly Example[] = [
  {
    name: 'server',
    about: 'What this server accepts and can do. No account needed.',
    query: /* GraphQL */ `query Server {
  server {
    version
    registration
    acceptedTypes
    maxUploadBytes
    maxPixels
    analysis {
      provider
      defaultModel
      models
    }
  }
}`,
  },
  {
    name: 'register',
    about: 'Make an account. The answer holds the first access token.',
    query: /* GraphQL */ `mutation Register($input: RegisterInput!) {
  register(input: $input) {
    session {
      accessToken
      accessTokenExpiresAt
      refreshToken
      account {
        email
        user {
          id
          username
        }
      }
    }
    errors {
      code
      message
      path
    }
  }
}`,
    variables: { input: { username: 'ada', email: 'ada@example.org', password: 'several words in a row' } },
  },
  {
    name: 'login',
    about: 'Get an access token. Paste it into the field above.',
    query: /* GraphQL */ `mutation Login($input: LoginInput!) {
  login(input: $input) {
    session {
      accessToken
      accessTokenExpiresAt
      refreshToken
    }
    errors {
      code
      message
      path
    }
  }
}`,
    variables: { input: { login: 'ada', password: 'several words in a row' } },
  },
  {
    name: 'refresh',
    about: 'Trade a refresh token for new tokens. Each can be used once.',
    query: /* GraphQL */ `mutation Refresh($input: RefreshInput!) {
  refresh(input: $input) {
    session {
      accessToken
      accessTokenExpiresAt
      refreshToken
    }
    errors {
      code
      message
      path
    }
  }
}`,
    variables: { input: { refreshToken: 'the refreshToken of a login' } },
  },
  {
    name: 'logout',
    about: 'End the session that the access token belongs to.',
    query: /* GraphQL */ `mutation Logout {
  logout {
    errors {
      code
      message
      path
    }
  }
}`,
  },
  {
    name: 'me',
    about: 'The account of whoever asks; null when nobody is signed in.',
    query: /* GraphQL */ `query Me {
  me {
    email
    language
    createdAt
    storage {
      images
      bytes
      byteLimit
    }
    user {
      id
      username
    }
  }
}`,
  },
  {
    name: 'images',
    about: 'A page of pictures that pass a filter, with two renditions each for a srcset.',
    query: /* GraphQL */ `query Images($first: Int, $after: String, $filter: ImageFilter, $orderBy: ImageOrder) {
  images(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    totalCount
    edges {
      cursor
      node {
        id
        filename
        width
        height
        thumbhash
        altText
        favorite
        tags
        takenAt
        small: rendition(transform: { width: 320 }) {
          url
          width
          height
        }
        large: rendition(transform: { width: 1280 }) {
          url
          width
          height
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
    variables: {
      first: 10,
      after: null,
      filter: { favorite: true, tags: ['sea'], contentTypes: ['image/jpeg'], takenAfter: '2026-01-01T00:00:00.000Z', hasAltText: true },
      orderBy: { field: 'TAKEN_AT', direction: 'DESC' },
    },
  },
  {
    name: 'image',
    about: 'One picture with everything known of it.',
    query: /* GraphQL */ `query Image($id: ID!) {
  image(id: $id) {
    id
    filename
    title
    contentType
    byteSize
    width
    height
    sha256
    animated
    uploadedAt
    takenAt
    favorite
    tags
    palette {
      hex
      share
    }
    exif {
      camera
      lens
      focalLength
      aperture
      exposure
      iso
      takenAtLocal
      utcOffset
      location {
        latitude
        longitude
      }
    }
    description
    altText
    texts {
      language
      description
      descriptionSource
      altText
      altTextSource
    }
    original(download: true) {
      url
      expiresAt
    }
    analyses(first: 5) {
      nodes {
        id
        status
        prompt
        answer
      }
    }
  }
}`,
    variables: { id: 'image_…' },
  },
  {
    name: 'node',
    about: 'Anything that has an id, by that id.',
    query: /* GraphQL */ `query Node($id: ID!) {
  node(id: $id) {
    __typename
    id
    ... on Image {
      filename
    }
    ... on Analysis {
      status
    }
    ... on User {
      username
    }
  }
}`,
    variables: { id: 'image_…' },
  },
  {
    name: 'nodes',
    about: 'Several at once, in the order asked; null where there is nothing.',
    query: /* GraphQL */ `query Nodes($ids: [ID!]!) {
  nodes(ids: $ids) {
    __typename
    id
    ... on Image {
      filename
    }
    ... on Analysis {
      status
    }
  }
}`,
    variables: { ids: ['image_…', 'analysis_…'] },
  },
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
  {
    name: 'updateImage',
    about: 'Change what is said of a picture. What is left out stays, null takes it away.',
    query: /* GraphQL */ `mutation UpdateImage($input: UpdateImageInput!) {
  updateImage(input: $input) {
    image {
      id
      title
      favorite
      tags
      takenAt
      texts {
        language
        description
        descriptionSource
        altText
        altTextSource
      }
    }
    errors {
      code
      message
      path
    }
  }
}`,
    variables: {
      input: {
        id: 'image_…',
        title: 'Low tide',
        favorite: true,
        tags: ['sea', 'evening'],
        text: { language: 'en', altText: 'A wide beach under a red sky.' },
      },
    },
  },
  {
    name: 'deleteImages',
    about: 'Delete pictures for good, at most 100 at once.',
    query: /* GraphQL */ `mutation DeleteImages($input: ImageIdsInput!) {
  deleteImages(input: $input) {
    deletedIds
    errors {
      code
      message
      path
    }
  }
}`,
    variables: { input: { ids: ['image_…'] } },
  },
  {
    name: 'analyzeImage',
    about: 'Have a picture described. Without a prompt, the standing questions only.',
    query: /* GraphQL */ `mutation AnalyzeImage($input: AnalyzeImageInput!) {
  analyzeImage(input: $input) {
    analysis {
      id
      status
      model
    }
    errors {
      code
      message
      path
    }
  }
}`,
    variables: { input: { imageId: 'image_…', options: { prompt: 'What kind of trees are these?', language: 'en' } } },
  },
  {
    name: 'analysis',
    about: 'What came of an analysis.',
    query: /* GraphQL */ `query Analysis($id: ID!) {
  analysis(id: $id) {
    id
    status
    prompt
    answer
    description
    altText
    tags
    detectedText
    model
    attempts
    usage {
      input
      output
    }
    failure {
      code
      message
      nextAttemptAt
    }
    createdAt
    finishedAt
  }
}`,
    variables: { id: 'analysis_…' },
  },
  {
    name: 'analysisEvents',
    about: 'Live: every change of your analyses. Leave it running, then ask for one.',
    query: /* GraphQL */ `subscription AnalysisEvents($of: AnalysisSubject!) {
  analysisEvents(of: $of) {
    __typename
    cursor
    analysis {
      id
      status
      description
      answer
      image {
        id
        filename
      }
    }
    ... on AnalysisStatusChanged {
      status
    }
  }
}`,
    variables: { of: { all: true } },
  },
];
