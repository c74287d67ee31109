import type { AnalysisFailureCode } from '../gql/graphql';

const titles: Record<AnalysisFailureCode, string> = {
  RATE_LIMITED: 'The AI service is busy',
  TIMEOUT: 'The AI service took too long',
  PROVIDER_REJECTED_KEY: 'The AI service rejected the server’s key',
  PROVIDER_UNAVAILABLE: 'The AI service can’t be reached',
  CONTENT_REFUSED: 'The AI service declined this picture',
  INVALID_ANSWER: 'The AI service’s answer made no sense',
  IMAGE_UNREADABLE: 'The picture could not be read',
};

/** The server may be newer than this page and know a code that this page does not. */
export function failureTitle(code: AnalysisFailureCode): string {
  return (titles as Partial<Record<string, string>>)[code] ?? 'The picture could not be described';
}
