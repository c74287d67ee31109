import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { DocumentNode } from 'graphql';
import { Kind, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import * as generated from '../gql/graphql';
import { documentParameters, hashOf, isUnknownHash, textOf } from './documents';

const manifest = JSON.parse(readFileSync('documents.json', 'utf8')) as Record<string, string>;

const operations = Object.values(generated).filter(
  (value): value is Extract<typeof value, DocumentNode> =>
    'kind' in value && value.definitions.some(({ kind }: { kind: Kind }) => kind === Kind.OPERATION_DEFINITION),
) as DocumentNode[];

describe('the manifest', () => {
  it('names each text by its SHA-256', () => {
    for (const [hash, text] of Object.entries(manifest)) {
      expect(createHash('sha256').update(text, 'utf8').digest('hex')).toBe(hash);
      expect(() => parse(text)).not.toThrow();
    }
  });

  it('holds every operation of the client, and nothing else, byte for byte as it is sent', () => {
    expect(operations.length).toBeGreaterThan(10);
    for (const operation of operations) expect(manifest[hashOf(operation) ?? '']).toBe(textOf(operation));
    expect(new Set(operations.map(hashOf)).size).toBe(Object.keys(manifest).length);
  });
});

describe('documentParameters', () => {
  const stranger = parse('query Stranger { server { version } }');

  it('are the text alone for a document that has no hash', () => {
    expect(hashOf(stranger)).toBeNull();
    expect(documentParameters(stranger, false)).toEqual({ query: textOf(stranger) });
    expect(documentParameters(parse('{ a }'), false).extensions).toBeUndefined();
  });
});

it('knows the wish for the text by its code, and by nothing else', () => {
  expect(isUnknownHash([{ message: 'x', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }])).toBe(true);
  expect(isUnknownHash([{ message: 'PersistedQueryNotFound' }])).toBe(false);
  for (const nothing of [undefined, null, [], [null], new Event('close')]) expect(isUnknownHash(nothing)).toBe(false);
});
