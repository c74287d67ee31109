// The lists of pictures in the cache, each made of the pages that were read of it: what comes in, what leaves, and what has to
// be read again because nobody here can tell.
import type { Cache, FieldInfo } from '@urql/exchange-graphcache';
import { GalleryCountQuery } from '../gallery/operations';
import { graphql } from '../gql';
import type { ImageFilter, ImageOrder, ImageOrderField } from '../gql/graphql';
import type { Listed } from './listed';
import { comesBefore, passes, readListed } from './listed';

/** An edge is its picture: then one can be put into a list, or taken out, without knowing its cursor. */
const EdgeFragment = graphql(`
  fragment Cache_edge on ImageEdge {
    __typename
    cursor
    node {
      __typename
      id
    }
  }
`);

interface Page {
  field: FieldInfo;
  connection: string;
  edges: string[];
}

interface List {
  order: ImageOrder;
  filter: ImageFilter | null;
  /** In the order in which they were read. */
  pages: Page[];
}

const edgeOf = (id: string) => `ImageEdge:${id}`;
const filterOf = ({ arguments: args }: FieldInfo) => (args?.filter as ImageFilter | null | undefined) ?? null;

function lists(cache: Cache): List[] {
  const found = new Map<string, List>();
  for (const field of cache.inspectFields('Query')) {
    const order = field.fieldName === 'images' ? (field.arguments?.orderBy as unknown as ImageOrder | undefined) : undefined;
    const connection = order && cache.resolve('Query', field.fieldKey);
    const edges = typeof connection === 'string' ? cache.resolve(connection, 'edges') : null;
    if (!order || typeof connection !== 'string' || !Array.isArray(edges)) continue;
    const filter = filterOf(field);
    const key = JSON.stringify([order, filter]);
    const list = found.get(key) ?? { order, filter, pages: [] };
    list.pages.push({ field, connection, edges: edges as string[] });
    found.set(key, list);
  }
  return [...found.values()];
}

/** A new picture: into every list that it belongs to. */
export function addImage(cache: Cache, id: string): void {
  const image = readListed(cache, id);
  for (const list of lists(cache)) settle(cache, list, image, list.filter);
  changeCount(cache, null, 1);
  recount(cache);
}

export interface Change {
  /** Which filters it concerns. */
  filters: readonly (keyof ImageFilter)[];
  /** Which order it concerns. */
  order?: ImageOrderField;
  /** The server has not heard of it yet: asking it again would bring the old state. */
  optimistic?: boolean;
}

/** Something about a picture has changed: it may now be of other lists, or at another place in them. */
export function moveImage(cache: Cache, id: string, { filters, order, optimistic = false }: Change): void {
  const image = readListed(cache, id);
  const concerned = (filter: ImageFilter | null) => filter !== null && filters.some((name) => name in filter);
  for (const list of lists(cache)) {
    const moves = !optimistic && list.order.field === order;
    if (moves) take(cache, list, new Set([edgeOf(id)]));
    // What is in the list passes the rest of its filter already.
    const isIn = !moves && list.pages.some(({ edges }) => edges.includes(edgeOf(id)));
    const filter = isIn && list.filter ? pick(list.filter, filters) : list.filter;
    if (moves || concerned(list.filter)) settle(cache, moves ? reread(cache, list) : list, image, filter, optimistic);
  }
  if (!optimistic) recount(cache, concerned);
}

function pick(filter: ImageFilter, names: readonly (keyof ImageFilter)[]): ImageFilter {
  return Object.fromEntries(Object.entries(filter).filter(([name]) => names.includes(name as keyof ImageFilter)));
}

export function removeImages(cache: Cache, ids: readonly string[]): void {
  const gone = new Set(ids.map(edgeOf));
  for (const list of lists(cache)) take(cache, list, gone);
  for (const id of ids) {
    cache.invalidate({ __typename: 'Image', id });
    // Its page, should it be open elsewhere in this tab's history, need not ask to know.
    cache.link('Query', 'image', { id }, null);
  }
  changeCount(cache, null, -ids.length);
  recount(cache);
}

function take(cache: Cache, { pages }: List, gone: ReadonlySet<string>): void {
  for (const { connection, edges } of pages) {
    if (edges.some((edge) => gone.has(edge))) cache.link(connection, 'edges', edges.filter((edge) => !gone.has(edge)));
  }
}

function reread(cache: Cache, list: List): List {
  return { ...list, pages: list.pages.map((page) => ({ ...page, edges: cache.resolve(page.connection, 'edges') as string[] })) };
}

/** Into the list, or out of it; where that cannot be told, the list is read again. */
function settle(cache: Cache, list: List, image: Listed, filter: ImageFilter | null, optimistic = false): void {
  const belongs = filter === null ? true : passes(image, filter);
  const isIn = list.pages.some(({ edges }) => edges.includes(edgeOf(image.id)));
  if (belongs === false) {
    if (isIn) take(cache, list, new Set([edgeOf(image.id)]));
    return;
  }
  const settled = belongs === true && (isIn || insert(cache, list, image));
  if (settled || optimistic) return;
  for (const { field } of list.pages) cache.invalidate('Query', field.fieldName, field.arguments);
}

/** At its place by the list's order; where that lies beyond what is loaded, it will come with its page. False: no telling. */
function insert(cache: Cache, { order, pages }: List, image: Listed): boolean {
  for (const page of pages) {
    let at = -1;
    for (const [index, edge] of page.edges.entries()) {
      const other = cache.resolve(cache.resolve(edge, 'node') as string, 'id') as string;
      const before = comesBefore(order, image, readListed(cache, other));
      if (before === null) return false;
      if (!before) continue;
      at = index;
      break;
    }
    if (at < 0) {
      const info = cache.resolve(page.connection, 'pageInfo');
      const isEnd = page === pages.at(-1) && typeof info === 'string' && cache.resolve(info, 'hasNextPage') === false;
      if (!isEnd) continue;
      at = page.edges.length;
    }
    cache.writeFragment(EdgeFragment, { __typename: 'ImageEdge', cursor: '', node: { __typename: 'Image', id: image.id } });
    cache.link(page.connection, 'edges', page.edges.toSpliced(at, 0, edgeOf(image.id)));
    return true;
  }
  return true;
}

function changeCount(cache: Cache, filter: ImageFilter | null, change: number): void {
  cache.updateQuery({ query: GalleryCountQuery, variables: filter ? { filter } : {} }, (data) =>
    data ? { ...data, images: { ...data.images, totalCount: Math.max(0, data.images.totalCount + change) } } : null,
  );
}

/** How many pass a filter only the server can tell: most of them are on no page that was read. */
function recount(cache: Cache, concerned: (filter: ImageFilter) => boolean = () => true): void {
  for (const field of cache.inspectFields('Query')) {
    const filter = field.fieldName === 'images' && !field.arguments?.orderBy ? filterOf(field) : null;
    if (filter && concerned(filter)) cache.invalidate('Query', field.fieldName, field.arguments);
  }
}
