// Documents go to the server by hash: it knows the texts of its own client. One of another version, which does not, asks for
// the text (automatic persisted queries), and gets both.
import { formatDocument, stringifyDocument } from '@urql/core';
import type { DocumentNode } from 'graphql';
import { Kind } from 'graphql';
import { hashes } from '../gql/hashes';

export interface PersistedQuery {
  version: 1;
  sha256Hash: string;
}

/** What a request says of its document; the transport adds variables. */
export interface DocumentParameters {
  query?: string;
  extensions?: { persistedQuery: PersistedQuery };
}

/** The text that the hash is of: as Graphcache sends it, with `__typename` everywhere. */
export function textOf(document: DocumentNode): string {
  return stringifyDocument(formatDocument(document));
}

/** Null for a document that the code generator has not seen, as tests make them. It goes out as a plain text. */
export function hashOf(document: DocumentNode): string | null {
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  return hashes[operation?.name?.value ?? ''] ?? null;
}

/** The hash alone, or, once the server has said that it does not know it, `withText`. */
export function documentParameters(document: DocumentNode, withText: boolean): DocumentParameters {
  const hash = hashOf(document);
  return {
    ...(hash === null || withText ? { query: textOf(document) } : {}),
    ...(hash === null ? {} : { extensions: { persistedQuery: { version: 1, sha256Hash: hash } } }),
  };
}

/** Whether the answer's errors, from whichever transport, say that the text is wanted. */
export function isUnknownHash(errors: unknown): boolean {
  return Array.isArray(errors) && errors.some((error: { extensions?: { code?: unknown } } | null) => error?.extensions?.code === 'PERSISTED_QUERY_NOT_FOUND');
}
