import { graphql } from '../gql';

export const AnalysisFragment = graphql(`
  fragment Analysis_analysis on Analysis {
    id
    status
    prompt
    language
    provider
    model
    answer
    description
    altText
    tags
    detectedText
    attempts
    failure {
      code
      message
      nextAttemptAt
    }
    createdAt
    finishedAt
  }
`);

/** Everything on a picture that an analysis can change, so that every answer brings the page up to date. */
export const AnalyzedImageFragment = graphql(`
  fragment AnalyzedImage_image on Image {
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
    latestAnalysis {
      id
      ...Analysis_analysis
    }
    analyses(first: 20) {
      edges {
        node {
          id
          ...Analysis_analysis
        }
      }
    }
  }
`);
