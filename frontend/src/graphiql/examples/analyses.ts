// What the vision model says, and how it is asked.

import type { Example } from './example';

export const analyses: readonly Example[] = [
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
