import { cacheExchange } from '@urql/exchange-graphcache';
import type { Operation, OperationResult } from 'urql';
import { Client, makeErrorResult, makeResult } from 'urql';
import { map, pipe } from 'wonka';
import { describe, expect, it } from 'vitest';
import { LibraryAnalysisEvents } from '../analysis/operations';
import { DeleteImagesMutation, GalleryCountQuery, GalleryQuery } from '../gallery/operations';
import type { OrderName } from '../gallery/order';
import { orders } from '../gallery/order';
import { readFragment } from '../gql';
import { ImagePageQuery, ImagePreviewQuery } from '../image/operations';
import { ImageCardFragment } from '../gallery/ImageCard';
import { UploadImageMutation } from '../upload/sendUpload';
import { cacheOptions } from './cache';
import { image } from './testing';

type Answer = (operation: Operation) => Record<string, unknown> | null;

/** A client whose server is a function. A null answer means that the network is not there. */
function setup(answer: Answer) {
  const asked: string[] = [];
  const client = new Client({
    url: '/graphql',
    preferGetMethod: false,
    exchanges: [
      cacheExchange(cacheOptions),
      () => (operations) =>
        pipe(
          operations,
          map((operation): OperationResult => {
            if (operation.kind !== 'teardown') asked.push(operation.kind);
            const data = operation.kind === 'teardown' ? null : answer(operation);
            return data ? makeResult(operation, { data, hasNext: false }) : makeErrorResult(operation, new Error('offline'));
          }),
        ),
    ],
  });
  return { client, asked };
}

/** Pages of two, of the pictures with these numbers in this order. */
function library(numbers: readonly number[]): Answer {
  return ({ variables = {}, query }) => {
    const name = JSON.stringify(query.definitions[0]).includes('"GalleryCount"') ? 'count' : 'page';
    if (name === 'count') return { __typename: 'Query', images: { __typename: 'ImageConnection', totalCount: numbers.length } };
    const start = variables.after ? numbers.indexOf(Number(variables.after)) + 1 : 0;
    const page = numbers.slice(start, start + 2);
    return {
      __typename: 'Query',
      images: {
        __typename: 'ImageConnection',
        edges: page.map((number) => ({ __typename: 'ImageEdge', cursor: String(number), node: image(number) })),
        pageInfo: {
          __typename: 'PageInfo',
          endCursor: page.length > 0 ? String(page.at(-1)) : null,
          hasNextPage: start + 2 < numbers.length,
          hasPreviousPage: start > 0,
          startCursor: null,
        },
      },
    };
  };
}

async function load(client: Client, order: OrderName, after?: number) {
  const variables = { first: 2, orderBy: orders[order].by, ...(after === undefined ? {} : { after: String(after) }) };
  const { data, error } = await client.query(GalleryQuery, variables).toPromise();
  if (error) throw error;
  return data?.images;
}

function shown(client: Client, order: OrderName): string[] | undefined {
  const result = client.readQuery(GalleryQuery, { first: 2, orderBy: orders[order].by });
  return result?.data?.images.edges.map(({ node }) => node.id.replace('image_', ''));
}

const upload = (number: number) => ({
  __typename: 'Mutation',
  uploadImage: { __typename: 'UploadImagePayload', duplicate: false, image: image(number), errors: [] },
});
const deletion = (...numbers: number[]) => ({
  __typename: 'Mutation',
  deleteImages: { __typename: 'DeleteImagesPayload', deletedIds: numbers.map((number) => `image_${number}`), errors: [] },
});

/** A library, and one mutation that the server answers as given. */
function withMutation(numbers: readonly number[], result: Record<string, unknown>) {
  const pages = library(numbers);
  return setup((operation) => (operation.kind === 'mutation' ? result : pages(operation)));
}

const send = (client: Client) => client.mutation(UploadImageMutation, { input: { file: new File([], 'x') } }).toPromise();
const remove = (client: Client) => client.mutation(DeleteImagesMutation, { input: { ids: [] } }).toPromise();

describe('the cache', () => {
  it('joins the pages of the gallery into one list', async () => {
    const { client } = setup(library([5, 4, 3, 2, 1]));
    await load(client, 'newest');
    const second = await load(client, 'newest', 4);
    expect(second?.edges).toHaveLength(4);
    expect(shown(client, 'newest')).toEqual(['5', '4', '3', '2']);
  });

  it('puts an upload first among the newest, also into an empty library', async () => {
    const { client } = withMutation([], upload(9));
    await load(client, 'newest');
    await send(client);
    expect(shown(client, 'newest')).toEqual(['9']);

    const other = withMutation([5, 4, 3], upload(9));
    await load(other.client, 'newest');
    await load(other.client, 'newest', 4);
    await send(other.client);
    expect(shown(other.client, 'newest')).toEqual(['9', '5', '4', '3']);
  });

  it('puts an upload at its place in the other orders', async () => {
    const { client } = withMutation([1, 2, 9, 12], upload(5));
    await load(client, 'smallest');
    await load(client, 'smallest', 2);
    await send(client);
    expect(shown(client, 'smallest')).toEqual(['1', '2', '5', '9', '12']);
  });

  it('leaves out what belongs beyond the loaded pages', async () => {
    const { client } = withMutation([1, 2, 3, 4], upload(9));
    await load(client, 'oldest');
    await send(client);
    expect(shown(client, 'oldest')).toEqual(['1', '2']);
    await load(client, 'oldest', 2);
    expect(shown(client, 'oldest')).toEqual(['1', '2', '3', '4']);
  });

  it('does not show an upload twice that is there already', async () => {
    const { client } = withMutation([5, 4], upload(5));
    await load(client, 'newest');
    await send(client);
    expect(shown(client, 'newest')).toEqual(['5', '4']);
  });

  it('takes deleted pictures off every page, without asking again', async () => {
    const { client, asked } = withMutation([5, 4, 3, 2], deletion(4, 3));
    await load(client, 'newest');
    await load(client, 'newest', 4);
    const before = asked.length;
    await remove(client);
    expect(shown(client, 'newest')).toEqual(['5', '2']);
    expect(asked.slice(before)).toEqual(['mutation']);
    const { data } = await client.query(ImagePageQuery, { id: 'image_4' }).toPromise();
    expect(data?.image).toBeNull();
  });

  it('keeps the count right', async () => {
    const added = withMutation([5, 4], upload(9));
    await added.client.query(GalleryCountQuery, {}).toPromise();
    await send(added.client);
    expect(added.client.readQuery(GalleryCountQuery, {})?.data?.images.totalCount).toBe(3);

    const removed = withMutation([5, 4], deletion(4));
    await removed.client.query(GalleryCountQuery, {}).toPromise();
    await remove(removed.client);
    expect(removed.client.readQuery(GalleryCountQuery, {})?.data?.images.totalCount).toBe(1);
  });

  it('shows a picture of the gallery before its page has been answered', async () => {
    const { client } = setup(library([5, 4]));
    await load(client, 'newest');
    const preview = client.readQuery(ImagePreviewQuery, { id: 'image_5' });
    expect(readFragment(ImageCardFragment, preview?.data?.image)?.filename).toBe('5.png');
  });

  it('asks the server for a picture that no list has brought, and believes its null', async () => {
    const { client, asked } = setup(() => ({ __typename: 'Query', image: null }));
    const { data } = await client.query(ImagePageQuery, { id: 'image_7' }).toPromise();
    expect(data?.image).toBeNull();
    await client.query(ImagePageQuery, { id: 'image_7' }).toPromise();
    expect(asked.filter((kind) => kind === 'query')).toHaveLength(1);
  });

  it('takes an analysis that it first hears of by an event for the latest, unless it is an old one', async () => {
    const event = (id: string, status: string, second: number) => ({
      __typename: 'Subscription',
      analysisEvents: {
        __typename: 'AnalysisStatusChanged',
        cursor: id,
        analysis: {
          __typename: 'Analysis',
          id,
          status,
          createdAt: new Date(second * 1000).toISOString(),
          image: { __typename: 'Image', id: 'image_5', description: `by ${id}`, altText: null },
        },
      },
    });
    const events = [event('a2', 'QUEUED', 2), event('a1', 'COMPLETED', 1), event('a2', 'RUNNING', 2)];
    const pages = library([5, 4]);
    const { client } = setup((operation) => (operation.kind === 'subscription' ? (events.shift() ?? null) : pages(operation)));
    await load(client, 'newest');
    const card = () =>
      readFragment(ImageCardFragment, client.readQuery(ImagePreviewQuery, { id: 'image_5' })?.data?.image);
    const hear = () => client.subscription(LibraryAnalysisEvents, {}).toPromise();
    await hear();
    expect(card()).toMatchObject({ description: 'by a2', latestAnalysis: { id: 'a2', status: 'QUEUED' } });
    await hear();
    expect(card()?.latestAnalysis).toMatchObject({ id: 'a2', status: 'QUEUED' });
    await hear();
    expect(card()?.latestAnalysis).toMatchObject({ id: 'a2', status: 'RUNNING' });
  });
});
