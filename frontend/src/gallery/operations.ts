import { graphql } from '../gql';

/** One page of the gallery. The cache joins the pages that were read into one list. */
export const GalleryQuery = graphql(`
  query Gallery($first: Int!, $after: String, $orderBy: ImageOrder!) {
    images(first: $first, after: $after, orderBy: $orderBy) {
      edges {
        cursor
        node {
          id
          uploadedAt
          byteSize
          ...ImageCard_image
        }
      }
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
`);

/** Apart from the pages: it is counted once, and the cache keeps it right. */
export const GalleryCountQuery = graphql(`
  query GalleryCount {
    images(first: 1) {
      totalCount
    }
  }
`);

export const DeleteImagesMutation = graphql(`
  mutation DeleteImages($input: ImageIdsInput!) {
    deleteImages(input: $input) {
      deletedIds
      errors {
        ...UserError_error
      }
    }
  }
`);

export const pageSize = 40;
