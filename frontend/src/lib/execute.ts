// One GraphQL operation over plain fetch, outside of the cache: what the session needs before there is a client.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { stringifyDocument } from '@urql/core';

/** Multipart requests must carry it, and it does no harm on the others: the server takes it as proof against CSRF. */
export const preflightHeader = { 'GraphQL-Preflight': '1' } as const;

/** No usable answer came: the network, a proxy, or a top-level GraphQL error. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
  /** `extensions.code` of a top-level error; null when nobody was reached. */
  readonly code: string | null;

  constructor(message: string, code: string | null) {
    super(message);
    this.code = code;
  }
}

interface Answer<Data> {
  data?: Data | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

export async function execute<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  token?: string | null,
): Promise<Data> {
  let response: Response;
  try {
    response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        ...preflightHeader,
        accept: 'application/graphql-response+json, application/json',
        'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify({ query: stringifyDocument(document), variables }),
    });
  } catch {
    throw new RequestFailed('The server could not be reached.', null);
  }

  let answer: Answer<Data>;
  try {
    answer = (await response.json()) as Answer<Data>;
  } catch {
    // A proxy's error page, not the API.
    throw new RequestFailed(`The server answered with status ${response.status}.`, null);
  }
  const error = answer.errors?.[0];
  if (error) throw new RequestFailed(error.message, error.extensions?.code ?? 'INTERNAL');
  if (!answer.data) throw new RequestFailed('The server sent an empty answer.', 'INTERNAL');
  return answer.data;
}
