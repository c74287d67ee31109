// What the cache knows beyond ids: how pages join, and what an upload or a deletion does to the lists on screen.
import type { Cache, CacheExchangeOpts, Data } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import type { AnalysisStatus, DeleteImagesMutation, UpdateImageInput, UpdateImageMutation, UploadImageMutation } from '../gql/graphql';
import { graphql } from '../gql';
import { introspection } from '../gql/introspection';
import type { Change } from './lists';
import { addImage, moveImage, removeImages } from './lists';

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
    Color: none,
    DuplicateImageError: none,
    Exif: none,
    FileRejectedError: none,
    ImageConnection: none,
    ImageEdge: byNode,
    ImageText: none,
    InputError: none,
    LimitReachedError: none,
    Location: none,
    PageInfo: none,
    Rendition: none,
    RetryLaterError: none,
    Server: none,
    StorageUse: none,
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
  optimistic: {
    updateImage: ({ input }) => {
      const { id, title, favorite, tags } = input as unknown as UpdateImageInput;
      return {
        __typename: 'ImagePayload',
        errors: [],
        image: {
          __typename: 'Image',
          id,
          ...(title !== undefined ? { title } : {}),
          ...(favorite !== undefined ? { favorite: favorite ?? false } : {}),
          ...(tags !== undefined ? { tags: tags ?? [] } : {}),
        },
      };
    },
  },
  updates: {
    Mutation: {
      uploadImage: (result, _args, cache) => {
        const { image, duplicate } = (result as unknown as UploadImageMutation).uploadImage;
        // A duplicate is where it was.
        if (image && !duplicate) addImage(cache, image.id);
      },
      updateImage: (result, { input }, cache, { optimistic = false }) => {
        const { image } = (result as unknown as UpdateImageMutation).updateImage;
        if (!image) return;
        moveImage(cache, image.id, { ...changeOf(input as UpdateImageInput), optimistic });
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

/** Which lists a change of a picture concerns. */
function changeOf({ favorite, tags, takenAt, text }: UpdateImageInput): Change {
  const filters: Change['filters'] = [
    ...(favorite !== undefined ? (['favorite'] as const) : []),
    ...(tags !== undefined ? (['tags'] as const) : []),
    ...(takenAt !== undefined ? (['takenAfter', 'takenBefore'] as const) : []),
    ...(text?.altText !== undefined ? (['hasAltText'] as const) : []),
  ];
  return takenAt === undefined ? { filters } : { filters, order: 'TAKEN_AT' };
}

/** What every operation that brings an analysis selects of it, whatever else. */
interface NotedAnalysis {
  id: string;
  status: AnalysisStatus;
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
function noteAnalysis(cache: Cache, { id, status, createdAt, image: { id: imageId } }: NotedAnalysis): void {
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

  // Only with the answer come words.
  moveImage(cache, imageId, { filters: status === 'COMPLETED' ? ['analysisStatus', 'hasAltText'] : ['analysisStatus'] });
}
