import { graphql } from '../gql';

/** What lists go by: the cache finds a picture's place with it, and whether a filter lets it pass. */
export const ListedFragment = graphql(`
  fragment Listed_image on Image {
    id
    filename
    contentType
    byteSize
    uploadedAt
    takenAt
    favorite
    tags
    altText
    latestAnalysis {
      id
      status
      createdAt
    }
  }
`);

/** One page of the gallery. The cache joins the pages that were read into one list. */
export const GalleryQuery = graphql(`
  query Gallery($first: Int!, $after: String, $orderBy: ImageOrder!, $filter: ImageFilter) {
    images(first: $first, after: $after, orderBy: $orderBy, filter: $filter) {
      edges {
        cursor
        node {
          id
          ...Listed_image
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
  query GalleryCount($filter: ImageFilter) {
    images(first: 1, filter: $filter) {
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
