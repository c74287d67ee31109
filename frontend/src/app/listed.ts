// What the cached lists go by: whether a filter lets a picture pass, and which of two comes first. As the server does it.
import type { Cache } from '@urql/exchange-graphcache';
import type { AnalysisStatus, ImageFilter, ImageOrder } from '../gql/graphql';
import { sameTag } from '../lib/tags';

/** The fields of `Listed_image`, as far as the cache has them. */
export interface Listed {
  id: string;
  filename?: string;
  contentType?: string;
  byteSize?: number;
  uploadedAt?: string;
  takenAt?: string | null;
  favorite?: boolean;
  tags?: readonly string[];
  altText?: string | null;
  /** Of the latest analysis; null without one. */
  status?: AnalysisStatus | null;
}

export function readListed(cache: Cache, id: string): Listed {
  const image = { __typename: 'Image', id };
  const field = <Value>(name: string) => cache.resolve(image, name) as Value | undefined;
  const latest = field<string | null>('latestAnalysis');
  return {
    id,
    filename: field('filename'),
    contentType: field('contentType'),
    byteSize: field('byteSize'),
    uploadedAt: field('uploadedAt'),
    takenAt: field('takenAt'),
    favorite: field('favorite'),
    tags: field('tags'),
    altText: field('altText'),
    status: typeof latest === 'string' ? (cache.resolve(latest, 'status') as AnalysisStatus) : latest,
  };
}

/** Null: it cannot be told from what is known. */
export function passes(image: Listed, filter: ImageFilter): boolean | null {
  const { tags, favorite, contentTypes, uploadedAfter, uploadedBefore, takenAfter, takenBefore, hasAltText, analysisStatus } = filter;
  const answers: (boolean | null)[] = [];
  const ask = <Value>(value: Value | undefined, test: (value: Value) => boolean | null) =>
    answers.push(value === undefined ? null : test(value));

  if (tags) ask(image.tags, (has) => tags.every((tag) => has.some((one) => sameTag(one, tag))));
  if (typeof favorite === 'boolean') ask(image.favorite, (is) => is === favorite);
  if (contentTypes) ask(image.contentType, (type) => contentTypes.includes(type));
  if (uploadedAfter || uploadedBefore) ask(image.uploadedAt, (at) => isWithin(at, uploadedAfter, uploadedBefore));
  if (takenAfter || takenBefore) ask(image.takenAt, (at) => at !== null && isWithin(at, takenAfter, takenBefore));
  // The filter is about the account's language; an alt text that is there may be in another.
  if (typeof hasAltText === 'boolean') ask(image.altText, (text) => (text === null ? !hasAltText : null));
  if (analysisStatus) ask(image.status, (status) => status !== null && analysisStatus.includes(status));
  return answers.includes(false) ? false : answers.includes(null) ? null : true;
}

function isWithin(at: string, after: string | null | undefined, before: string | null | undefined): boolean {
  const time = Date.parse(at);
  return (!after || time >= Date.parse(after)) && (!before || time < Date.parse(before));
}

/** Null: it cannot be told from what is known. */
export function comesBefore({ field, direction }: ImageOrder, one: Listed, other: Listed): boolean | null {
  const [a, b] = [rank(field, one), rank(field, other)];
  if (a === undefined || b === undefined) return null;
  // Ties are broken by age, which the ids tell.
  const ascends = a === b ? one.id < other.id : a < b;
  return direction === 'ASC' ? ascends : !ascends;
}

function rank(field: ImageOrder['field'], { byteSize, uploadedAt, takenAt, filename }: Listed): number | string | undefined {
  switch (field) {
    case 'BYTE_SIZE':
      return byteSize;
    case 'TAKEN_AT':
      return takenAt === undefined || uploadedAt === undefined ? undefined : Date.parse(takenAt ?? uploadedAt);
    case 'FILENAME':
      return filename === undefined ? undefined : filenameKey(filename);
    default:
      return uploadedAt === undefined ? undefined : Date.parse(uploadedAt);
  }
}

const utf8 = new TextEncoder();
const bytes = (text: string) => String.fromCharCode(...utf8.encode(text));

/** The server's key for names: without regard to case and accents, numbers by their value; compared byte by byte. */
export function filenameKey(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  // A number: a digit, then how many digits it has, then those.
  const key = plain.replace(/[0-9]+|[^0-9]+/g, (part) => {
    if (!/^[0-9]/.test(part)) return bytes(part);
    const digits = part.replace(/^0+/, '');
    return `0${String.fromCharCode(Math.min(digits.length, 255))}${digits}`;
  });
  return key.slice(0, 400);
}
