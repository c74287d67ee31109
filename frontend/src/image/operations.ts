import { graphql } from '../gql';

export const ImagePageQuery = graphql(`
  query ImagePage($id: ID!) {
    image(id: $id) {
      id
      ...ImageCard_image
      ...PictureZoom_image
      ...ImageFacts_image
      ...AnalyzedImage_image
      ...EditedImage_image
    }
  }
`);

/** From the cache only: coming from the gallery, the picture is on screen before the server has answered. */
export const ImagePreviewQuery = graphql(`
  query ImagePreview($id: ID!) {
    image(id: $id) {
      id
      ...ImageCard_image
    }
  }
`);
