import type { ReactNode } from 'react';
import { cacheExchange } from '@urql/exchange-graphcache';
import { act, renderHook, waitFor } from '@testing-library/react';
import type { Operation } from 'urql';
import { Client, makeErrorResult, makeResult, Provider } from 'urql';
import { filter, fromPromise, mergeMap, pipe } from 'wonka';
import { expect, it } from 'vitest';
import type { GallerySearch } from '../gallery/filter';
import { useGallery } from '../gallery/useGallery';
import { cacheOptions } from './cache';
import { image } from './testing';

/** Pages of two. `offline` says for how many requests there is no network. */
function setup(numbers: readonly number[]) {
  const network = { offline: 0 };
  const page = ({ variables = {} }: Operation) => {
    const all = variables.filter ? numbers.filter((number) => number % 2 === 0) : numbers;
    const start = variables.after ? all.indexOf(Number(variables.after)) + 1 : 0;
    const some = all.slice(start, start + 2);
    return {
      __typename: 'Query',
      images: {
        __typename: 'ImageConnection',
        edges: some.map((number) => ({ __typename: 'ImageEdge', cursor: String(number), node: image(number) })),
        pageInfo: { __typename: 'PageInfo', endCursor: String(some.at(-1)), hasNextPage: start + 2 < all.length },
      },
    };
  };
  const client = new Client({
    url: '/graphql',
    preferGetMethod: false,
    exchanges: [
      cacheExchange(cacheOptions),
      () => (operations) =>
        pipe(
          operations,
          filter(({ kind }) => kind !== 'teardown'),
          mergeMap((operation) =>
            fromPromise(
              Promise.resolve().then(() =>
                network.offline-- > 0 ? makeErrorResult(operation, new Error('offline')) : makeResult(operation, { data: page(operation), hasNext: false }),
              ),
            ),
          ),
        ),
    ],
  });
  const wrapper = ({ children }: { children: ReactNode }) => <Provider value={client}>{children}</Provider>;
  const hook = renderHook(({ search }: { search: GallerySearch }) => useGallery(search), { wrapper, initialProps: { search: {} } });
  const shown = () => hook.result.current.images?.map(({ id }) => Number(id.slice(6)));
  return { ...hook, network, shown };
}

it('adds page after page', async () => {
  const { result, shown } = setup([6, 5, 4, 3, 2]);
  await waitFor(() => expect(shown()).toEqual([6, 5]));
  act(() => result.current.loadMore());
  await waitFor(() => expect(shown()).toEqual([6, 5, 4, 3]));
  act(() => result.current.loadMore());
  await waitFor(() => expect(result.current.end).toBeNull());
  expect(shown()).toEqual([6, 5, 4, 3, 2]);
});

it('keeps the pictures of the list before on screen until those of the next are there', async () => {
  const { result, shown, rerender } = setup([6, 5, 4]);
  await waitFor(() => expect(shown()).toEqual([6, 5]));
  rerender({ search: { favorite: true } });
  expect([shown(), result.current.outdated]).toEqual([[6, 5], true]);
  await waitFor(() => expect(result.current.outdated).toBe(false));
  expect(shown()).toEqual([6, 4]);
});

it('keeps what is there when the next page does not come, and asks again when told to', async () => {
  const { result, shown, network } = setup([6, 5, 4]);
  await waitFor(() => expect(shown()).toEqual([6, 5]));
  network.offline = 1;
  act(() => result.current.loadMore());
  await waitFor(() => expect(result.current.error).toBeDefined());
  expect(shown()).toEqual([6, 5]);
  // Coming near the end is no reason to ask again.
  act(() => result.current.loadMore());
  expect(result.current.fetching).toBe(false);
  act(() => result.current.retry());
  await waitFor(() => expect(shown()).toEqual([6, 5, 4]));
  expect(result.current.error).toBeUndefined();
});
