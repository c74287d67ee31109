import { graphql } from '../gql';

/** What an owner can change of a picture, and what changes along with it. */
export const EditedImageFragment = graphql(`
  fragment EditedImage_image on Image {
    id
    title
    favorite
    tags
    takenAt
    description
    altText
    texts {
      language
      description
      descriptionSource
      altText
      altTextSource
    }
  }
`);

export const UpdateImageMutation = graphql(`
  mutation UpdateImage($input: UpdateImageInput!) {
    updateImage(input: $input) {
      image {
        id
        ...EditedImage_image
      }
      errors {
        ...UserError_error
      }
    }
  }
`);
