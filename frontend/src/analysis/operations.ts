import { graphql } from '../gql';

/** Nothing of the picture's words: an event may have brought newer ones by the time this is answered. */
export const AnalyzeImageMutation = graphql(`
  mutation AnalyzeImage($input: AnalyzeImageInput!) {
    analyzeImage(input: $input) {
      analysis {
        id
        ...Analysis_analysis
        image {
          id
        }
      }
      errors {
        ...UserError_error
      }
    }
  }
`);

export const AnalyzedImageQuery = graphql(`
  query AnalyzedImage($id: ID!) {
    image(id: $id) {
      id
      ...AnalyzedImage_image
    }
  }
`);

/**
 * Each event carries the picture's words. Which analysis is the latest, the cache finds out by itself. Nobody gives `after`:
 * the client fills it in when it connects again.
 */
export const ImageAnalysisEvents = graphql(`
  subscription ImageAnalysisEvents($imageId: ID!, $after: String) {
    analysisEvents(of: { imageId: $imageId }, after: $after) {
      cursor
      analysis {
        id
        ...Analysis_analysis
        image {
          id
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
      }
    }
  }
`);

/** For the gallery, where a status and an alt text are all that shows. `after` as above. */
export const LibraryAnalysisEvents = graphql(`
  subscription LibraryAnalysisEvents($after: String) {
    analysisEvents(of: { all: true }, after: $after) {
      cursor
      analysis {
        id
        status
        createdAt
        image {
          id
          description
          altText
        }
      }
    }
  }
`);
