import { graphql } from '../gql';

export const AnalyzeImageMutation = graphql(`
  mutation AnalyzeImage($input: AnalyzeImageInput!) {
    analyzeImage(input: $input) {
      analysis {
        id
        ...Analysis_analysis
        image {
          id
          ...AnalyzedImage_image
        }
      }
      errors {
        ...UserError_error
      }
    }
  }
`);

/** Each event carries the picture's words, so that the cache is right without another question. */
export const ImageAnalysisEvents = graphql(`
  subscription ImageAnalysisEvents($imageId: ID!) {
    analysisEvents(of: { imageId: $imageId }) {
      cursor
      analysis {
        id
        ...Analysis_analysis
        image {
          id
          ...AnalyzedImage_image
        }
      }
    }
  }
`);

/** For the gallery, where a status and an alt text are all that shows. */
export const LibraryAnalysisEvents = graphql(`
  subscription LibraryAnalysisEvents {
    analysisEvents(of: { all: true }) {
      cursor
      analysis {
        id
        status
        image {
          id
          description
          altText
          latestAnalysis {
            id
            status
          }
        }
      }
    }
  }
`);
