// What changes do to the lists in the cache, filtered or not. The server here is an array.
import { cacheExchange } from '@urql/exchange-graphcache';
import { getOperationName } from '@urql/core';
import type { Operation } from 'urql';
import { Client, makeResult } from 'urql';
import { delay, filter, fromValue, mergeMap, pipe } from 'wonka';
import { describe, expect, it } from 'vitest';
import { LibraryAnalysisEvents } from '../analysis/operations';
import { UpdateImageMutation } from '../edit/operations';
import type { GallerySearch } from '../gallery/filter';
import { toImageFilter } from '../gallery/filter';
import { GalleryCountQuery, GalleryQuery } from '../gallery/operations';
import { listVariables } from '../gallery/useGallery';
import type { ImageFilter, ImageOrder, UpdateImageInput } from '../gql/graphql';
import { UploadImageMutation } from '../upload/sendUpload';
import { cacheOptions } from './cache';
import type { Listed } from './listed';
import { comesBefore, passes } from './listed';
import { image } from './testing';

type Stored = ReturnType<typeof image>;

const taken = (second: number) => new Date(second * 1000).toISOString();

/** `refuse`: what the server has against every change. */
function setup(library: Stored[], refuse?: string) {
  const asked: string[] = [];
  const payload = (stored: Stored | null) => ({ image: stored && { ...stored }, errors: refuse ? [{ __typename: 'InputError', code: 'INVALID_INPUT', message: refuse, path: [] }] : [] });

  function answer({ query, variables = {} }: Operation): Record<string, unknown> {
    const name = getOperationName(query) ?? '';
    asked.push(name);
    const input = variables.input as UpdateImageInput & { stored: Stored };
    if (name === 'UpdateImage') {
      const stored = library.find(({ id }) => id === input.id) ?? null;
      if (!refuse) Object.assign(stored ?? {}, input, input.text);
      return { updateImage: { __typename: 'ImagePayload', ...payload(refuse ? null : stored) } };
    }
    if (name === 'UploadImage') {
      const duplicate = library.includes(input.stored);
      if (!duplicate) library.push(input.stored);
      return { uploadImage: { __typename: 'UploadImagePayload', duplicate, ...payload(input.stored) } };
    }
    const latest = library.find(({ latestAnalysis }) => latestAnalysis !== null);
    if (name === 'LibraryAnalysisEvents') return { analysisEvents: { __typename: 'AnalysisStatusChanged', cursor: 'c', analysis: { ...latest?.latestAnalysis, image: { ...latest } } } };
    const { hasAltText, ...rest } = (variables.filter ?? {}) as ImageFilter;
    const order = variables.orderBy as ImageOrder;
    const all = library
      .filter((one) => passes(listed(one), rest) && (hasAltText === undefined || hasAltText === (one.altText !== null)))
      .sort((one, other) => (order && comesBefore(order, listed(one), listed(other)) ? -1 : 1));
    if (name === 'GalleryCount') return { images: { __typename: 'ImageConnection', totalCount: all.length } };
    const pageInfo = { __typename: 'PageInfo', endCursor: null, startCursor: null, hasNextPage: false, hasPreviousPage: false };
    return { images: { __typename: 'ImageConnection', edges: all.map((one) => ({ __typename: 'ImageEdge', cursor: one.id, node: { ...one } })), pageInfo } };
  }

  const client = new Client({
    url: '/graphql',
    preferGetMethod: false,
    exchanges: [
      cacheExchange(cacheOptions),
      () => (operations) =>
        pipe(
          operations,
          filter(({ kind }) => kind !== 'teardown'),
          mergeMap((operation) => {
            const answered = fromValue(makeResult(operation, { data: { __typename: 'Query', ...answer(operation) }, hasNext: false }));
            return operation.kind === 'mutation' ? pipe(answered, delay(5)) : answered;
          }),
        ),
    ],
  });
  const read = (search: GallerySearch) => client.query(GalleryQuery, listVariables(search)).toPromise();
  const shown = (search: GallerySearch) =>
    client.readQuery(GalleryQuery, listVariables(search))?.data?.images.edges.map(({ node }) => Number(node.id.slice(6)));
  const count = async (search: GallerySearch) => {
    const wanted = toImageFilter(search);
    return (await client.query(GalleryCountQuery, wanted ? { filter: wanted } : {}).toPromise()).data?.images.totalCount;
  };
  const change = (input: UpdateImageInput) => client.mutation(UpdateImageMutation, { input }).toPromise();
  const upload = (stored: Stored) => client.mutation(UploadImageMutation, { input: { stored } as never }).toPromise();
  return { client, asked, read, shown, count, change, upload };
}

const listed = ({ latestAnalysis, ...rest }: Stored): Listed => ({ ...rest, status: (latestAnalysis?.status as never) ?? null });

describe('a change', () => {
  it('shows at once, in the lists too, and is taken back when the server refuses', async () => {
    const { read, shown, change } = setup([image(1, { favorite: true }), image(2, { favorite: true })], 'No.');
    await read({ favorite: true });
    const saving = change({ id: 'image_2', favorite: false });
    expect(shown({ favorite: true })).toEqual([1]);
    expect((await saving).data?.updateImage.errors).toHaveLength(1);
    expect(shown({ favorite: true })).toEqual([2, 1]);
  });

  it('takes a picture out of the lists that it has left, and puts it into those that it has come to', async () => {
    const { read, shown, change, asked } = setup([image(3, { tags: ['Sea'] }), image(2, { tags: ['sea'] }), image(1)]);
    for (const search of [{}, { tag: ['SEA'] }, { tag: ['sun'] }, { favorite: true as const }]) await read(search);
    const before = asked.length;
    await change({ id: 'image_3', tags: ['sun'] });
    await change({ id: 'image_1', favorite: true });
    expect(shown({})).toEqual([3, 2, 1]);
    expect(shown({ tag: ['SEA'] })).toEqual([2]);
    expect(shown({ tag: ['sun'] })).toEqual([3]);
    expect(shown({ favorite: true })).toEqual([1]);
    expect(asked.slice(before)).toEqual(['UpdateImage', 'UpdateImage']);
  });

  it('leaves alone what it does not concern', async () => {
    const { read, shown, count, change, asked } = setup([image(1, { favorite: true, altText: 'One.' })]);
    await read({ favorite: true, alt: 'with' });
    await count({ type: ['png'] });
    await change({ id: 'image_1', title: 'One', tags: ['x'] });
    expect(shown({ favorite: true, alt: 'with' })).toEqual([1]);
    await count({ type: ['png'] });
    expect(asked.filter((name) => name !== 'UpdateImage')).toEqual(['Gallery', 'GalleryCount']);
  });

  it('has no list read again for something that it does not go by', async () => {
    // Its alt text may be in another language than the account's: it is in neither list for certain.
    const { read, change, asked } = setup([image(1, { altText: 'Eins.', favorite: true }), image(2)]);
    await read({});
    await read({ alt: 'without' });
    await change({ id: 'image_1', tags: ['x'] });
    await read({ alt: 'without' });
    expect(asked).toEqual(['Gallery', 'Gallery', 'UpdateImage']);
  });

  it('has the numbers counted anew that only the server can tell', async () => {
    const { count, change } = setup([image(1), image(2)]);
    expect(await count({ favorite: true })).toBe(0);
    await change({ id: 'image_1', favorite: true });
    expect(await count({ favorite: true })).toBe(1);
  });

  it('moves a picture to its new place when the date is another', async () => {
    const { read, shown, change } = setup([image(3, { takenAt: taken(30) }), image(2, { takenAt: taken(20) }), image(1)]);
    await read({ order: 'taken-last' });
    await read({ order: 'taken-last', taken_from: '1970-01-01' });
    expect(shown({ order: 'taken-last' })).toEqual([3, 2, 1]);
    await change({ id: 'image_2', takenAt: taken(40) });
    expect(shown({ order: 'taken-last' })).toEqual([2, 3, 1]);
    await change({ id: 'image_3', takenAt: null });
    expect(shown({ order: 'taken-last' })).toEqual([2, 3, 1]);
    expect(shown({ order: 'taken-last', taken_from: '1970-01-01' })).toEqual([2]);
  });

  it('has a list read again where nobody here can tell', async () => {
    const { read, shown, change, asked } = setup([image(1, { altText: 'One.' }), image(2)]);
    await read({ alt: 'with' });
    expect(shown({ alt: 'with' })).toEqual([1]);
    // Was it in the account's language?
    await change({ id: 'image_2', text: { language: 'en', altText: 'Two.' } });
    await read({ alt: 'with' });
    expect(shown({ alt: 'with' })).toEqual([2, 1]);
    expect(asked).toEqual(['Gallery', 'UpdateImage', 'Gallery']);
  });
});

describe('an upload', () => {
  it('comes into the lists whose filter it passes, and into no other', async () => {
    const { read, shown, upload, asked } = setup([image(1), image(3, { contentType: 'image/gif' })]);
    const searches: GallerySearch[] = [{}, { type: ['gif'] }, { type: ['png'] }, { favorite: true }, { alt: 'without' }, { uploaded_from: '2000-01-01' }];
    for (const search of searches) await read(search);
    const before = asked.length;
    await upload(image(2));
    expect(searches.map(shown)).toEqual([[3, 2, 1], [3], [2, 1], [], [3, 2, 1], []]);
    expect(asked.slice(before)).toEqual(['UploadImage']);
  });

  it('finds its place by name as the server does', async () => {
    const { read, shown, upload } = setup([image(1, { filename: 'IMG_9.png' }), image(2, { filename: 'img_11.png' }), image(3, { filename: 'zoo.png' })]);
    await read({ order: 'name' });
    await read({ order: 'name-down' });
    await upload(image(4, { filename: 'Img_010.png' }));
    expect(shown({ order: 'name' })).toEqual([1, 4, 2, 3]);
    expect(shown({ order: 'name-down' })).toEqual([3, 2, 4, 1]);
  });

  it('that was there before is not counted', async () => {
    const there = image(1);
    const { read, shown, count, upload } = setup([there]);
    await read({});
    expect(await count({})).toBe(1);
    await upload(there);
    expect(await count({})).toBe(1);
    await upload(image(2));
    expect(await count({})).toBe(2);
    expect(shown({})).toEqual([2, 1]);
  });
});

it('an analysis that ends changes the lists by status', async () => {
  const latestAnalysis = { __typename: 'Analysis', id: 'analysis_1', status: 'RUNNING', createdAt: taken(1) };
  const { client, read, shown } = setup([image(1, { latestAnalysis })]);
  await read({ analysis: ['pending'] });
  await read({ analysis: ['done'] });
  expect([shown({ analysis: ['pending'] }), shown({ analysis: ['done'] })]).toEqual([[1], []]);
  latestAnalysis.status = 'COMPLETED';
  await client.subscription(LibraryAnalysisEvents, {}).toPromise();
  expect([shown({ analysis: ['pending'] }), shown({ analysis: ['done'] })]).toEqual([[], [1]]);
});
