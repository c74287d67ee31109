// What the cache knows beyond ids: how pages join, and what an upload or a deletion does to the lists on screen.
import type { Cache, CacheExchangeOpts, Data, FieldInfo } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { GalleryCountQuery } from '../gallery/operations';
import type { DeleteImagesMutation, ImageOrder, UploadImageMutation } from '../gql/graphql';
import { graphql } from '../gql';
import { introspection } from '../gql/introspection';

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

const AnalysisEdgeFragment = graphql(`
  fragment Cache_analysisEdge on AnalysisEdge {
    __typename
    node {
      __typename
      id
    }
  }
`);

const none = () => null;
const byNode = ({ node }: Data) => (typeof node === 'object' && node !== null && 'id' in node ? String(node.id) : null);

export const cacheOptions: CacheExchangeOpts = {
  schema: introspection,
  keys: {
    Account: none,
    AnalysisCapabilities: none,
    AnalysisConnection: none,
    AnalysisEdge: byNode,
    AnalysisFailure: none,
    AnalysisStatusChanged: none,
    AuthSession: none,
    FileRejectedError: none,
    ImageConnection: none,
    ImageEdge: byNode,
    ImageText: none,
    InputError: none,
    PageInfo: none,
    Rendition: none,
    RetryLaterError: none,
    Server: none,
    TokenUsage: none,
  },
  resolvers: {
    Query: {
      images: relayPagination(),
      // What a list has brought needs no second journey: an unknown picture is looked up among the known ones.
      image: (parent, { id }, cache, { parentFieldKey }) => {
        const known = parent[parentFieldKey] ?? cache.resolve('Query', 'image', { id: id as string });
        return known === undefined ? { __typename: 'Image', id: id as string } : (known as null);
      },
    },
  },
  updates: {
    Mutation: {
      uploadImage: (result, _args, cache) => {
        const { image } = (result as unknown as UploadImageMutation).uploadImage;
        if (image) addImage(cache, image);
      },
      analyzeImage: (result, _args, cache) => {
        const { analysis } = (result as unknown as AnalyzedResult).analyzeImage;
        if (analysis) noteAnalysis(cache, analysis);
      },
      deleteImages: (result, _args, cache) => {
        removeImages(cache, (result as unknown as DeleteImagesMutation).deleteImages.deletedIds);
      },
    },
    Subscription: {
      analysisEvents: (result, _args, cache) => {
        noteAnalysis(cache, (result as unknown as EventResult).analysisEvents.analysis);
      },
    },
  },
};

/** Every page that was read, by its arguments. */
function galleryPages(cache: Cache): FieldInfo[] {
  return cache.inspectFields('Query').filter(({ fieldName, arguments: args }) => fieldName === 'images' && args?.orderBy);
}

function resolveEdges(cache: Cache, page: FieldInfo): { connection: string; edges: string[] } | null {
  const connection = cache.resolve('Query', page.fieldKey);
  if (typeof connection !== 'string') return null;
  const edges = cache.resolve(connection, 'edges');
  return Array.isArray(edges) ? { connection, edges: edges as string[] } : null;
}

interface Sortable {
  id: string;
  uploadedAt: string;
  byteSize: number;
}

function addImage(cache: Cache, image: Sortable): void {
  const lists = new Map<string, FieldInfo[]>();
  for (const page of galleryPages(cache)) {
    const order = JSON.stringify(page.arguments?.orderBy);
    lists.set(order, [...(lists.get(order) ?? []), page]);
  }
  for (const pages of lists.values()) insert(cache, pages, image);
  countBy(cache, 1);
}

/** At its place by the list's order; where that lies beyond what is loaded, it will come with its page. */
function insert(cache: Cache, pages: FieldInfo[], image: Sortable): void {
  const order = pages[0]?.arguments?.orderBy as unknown as ImageOrder;
  const edge = `ImageEdge:${image.id}`;
  const known = pages.some((page) => resolveEdges(cache, page)?.edges.includes(edge));
  if (known) return;

  for (const page of pages) {
    const found = resolveEdges(cache, page);
    if (!found) continue;
    let at = found.edges.findIndex((other) => comesBefore(order, image, sortable(cache, other)));
    if (at < 0) {
      const info = cache.resolve(found.connection, 'pageInfo');
      const isEnd = page === pages.at(-1) && typeof info === 'string' && cache.resolve(info, 'hasNextPage') === false;
      if (!isEnd) continue;
      at = found.edges.length;
    }
    cache.writeFragment(EdgeFragment, { __typename: 'ImageEdge', cursor: '', node: { __typename: 'Image', id: image.id } });
    cache.link(found.connection, 'edges', found.edges.toSpliced(at, 0, edge));
    return;
  }
}

function sortable(cache: Cache, edge: string): Sortable {
  const node = cache.resolve(edge, 'node') as string;
  return {
    id: cache.resolve(node, 'id') as string,
    uploadedAt: cache.resolve(node, 'uploadedAt') as string,
    byteSize: cache.resolve(node, 'byteSize') as number,
  };
}

function comesBefore({ field, direction }: ImageOrder, one: Sortable, other: Sortable): boolean {
  const bySize = field === 'BYTE_SIZE';
  const [a, b] = bySize ? [one.byteSize, other.byteSize] : [Date.parse(one.uploadedAt), Date.parse(other.uploadedAt)];
  const difference = a === b ? (one.id < other.id ? -1 : 1) : a - b;
  return direction === 'ASC' ? difference < 0 : difference > 0;
}

function removeImages(cache: Cache, ids: readonly string[]): void {
  const gone = new Set(ids.map((id) => `ImageEdge:${id}`));
  for (const page of galleryPages(cache)) {
    const found = resolveEdges(cache, page);
    if (found?.edges.some((edge) => gone.has(edge))) {
      cache.link(found.connection, 'edges', found.edges.filter((edge) => !gone.has(edge)));
    }
  }
  for (const id of ids) {
    cache.invalidate({ __typename: 'Image', id });
    // Its page, should it be open elsewhere in this tab's history, need not ask to know.
    cache.link('Query', 'image', { id }, null);
  }
  countBy(cache, -ids.length);
}

function countBy(cache: Cache, change: number): void {
  cache.updateQuery({ query: GalleryCountQuery }, (data) =>
    data ? { ...data, images: { ...data.images, totalCount: Math.max(0, data.images.totalCount + change) } } : null,
  );
}

/** What every operation that brings an analysis selects of it, whatever else. */
interface NotedAnalysis {
  id: string;
  createdAt: string;
  image: { id: string };
}

interface AnalyzedResult {
  analyzeImage: { analysis: NotedAnalysis | null };
}

interface EventResult {
  analysisEvents: { analysis: NotedAnalysis };
}

/** A new one becomes its picture's latest. It may have been asked for here, in another tab, or by a program. */
function noteAnalysis(cache: Cache, { id, createdAt, image: { id: imageId } }: NotedAnalysis): void {
  const image = { __typename: 'Image', id: imageId };

  const latest = cache.resolve(image, 'latestAnalysis');
  const known = typeof latest === 'string' ? cache.resolve(latest, 'createdAt') : null;
  if (latest !== undefined && (typeof known !== 'string' || Date.parse(known) < Date.parse(createdAt))) {
    cache.link(image, 'latestAnalysis', { __typename: 'Analysis', id });
  }

  const edge = `AnalysisEdge:${id}`;
  for (const { fieldName, fieldKey } of cache.inspectFields(image)) {
    const connection = fieldName === 'analyses' ? cache.resolve(image, fieldKey) : null;
    const edges = typeof connection === 'string' ? cache.resolve(connection, 'edges') : null;
    if (typeof connection !== 'string' || !Array.isArray(edges) || (edges as string[]).includes(edge)) continue;
    cache.writeFragment(AnalysisEdgeFragment, { __typename: 'AnalysisEdge', node: { __typename: 'Analysis', id } });
    cache.link(connection, 'edges', [edge, ...(edges as string[])]);
  }
}
