// One GraphQL operation over plain fetch, outside of the cache: what the session needs before there is a client.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { documentParameters, isUnknownHash } from './documents';
import { retryAfter } from './retryAfter';

/** Multipart requests must carry it, and it does no harm on the others: the server takes it as proof against CSRF. */
export const preflightHeader = { 'GraphQL-Preflight': '1' } as const;

/** No usable answer came: the network, a proxy, or a top-level GraphQL error. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
  /** `extensions.code` of a top-level error; null when nobody was reached. */
  readonly code: string | null;
  /** Seconds to wait before asking again, where the server says so. */
  readonly wait: number | null;

  constructor(message: string, code: string | null, wait: number | null = null) {
    super(message);
    this.code = code;
    this.wait = wait;
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
  let [response, answer] = await post<Data>({ ...documentParameters(document, false), variables }, token);
  if (isUnknownHash(answer.errors)) {
    [response, answer] = await post<Data>({ ...documentParameters(document, true), variables }, token);
  }
  const error = answer.errors?.[0];
  if (error) throw new RequestFailed(error.message, error.extensions?.code ?? 'INTERNAL', retryAfter(response.headers));
  if (!answer.data) throw new RequestFailed('The server sent an empty answer.', 'INTERNAL');
  return answer.data;
}

async function post<Data>(body: object, token?: string | null): Promise<[Response, Answer<Data>]> {
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
      body: JSON.stringify(body),
    });
  } catch {
    throw new RequestFailed('The server could not be reached.', null);
  }
  try {
    return [response, (await response.json()) as Answer<Data>];
  } catch {
    // A proxy's error page, not the API.
    const code = response.status === 429 ? 'RATE_LIMITED' : null;
    throw new RequestFailed(`The server answered with status ${response.status}.`, code, retryAfter(response.headers));
  }
}
