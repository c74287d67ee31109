// Images: list, look, change, delete.

import type { Example } from './example';

export const images: readonly Example[] = [
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
];
