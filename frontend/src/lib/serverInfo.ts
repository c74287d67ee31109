// What the server accepts and can do: asked once, kept by the cache.
import { useQuery } from 'urql';
import type { FragmentType } from '../gql';
import { graphql, readFragment } from '../gql';
import type { ServerInfo_ServerFragment } from '../gql/graphql';

export const ServerInfoFragment = graphql(`
  fragment ServerInfo_server on Server {
    version
    acceptedTypes
    maxUploadBytes
    maxPixels
    registration
    analysis {
      provider
      defaultModel
    }
  }
`);

export const ServerInfoQuery = graphql(`
  query ServerInfo {
    server {
      ...ServerInfo_server
    }
  }
`);

export type ServerInfo = ServerInfo_ServerFragment;

/** Null until the answer is there. */
export function useServerInfo(): ServerInfo | null {
  const [{ data }] = useQuery({ query: ServerInfoQuery });
  return data ? readServerInfo(data.server) : null;
}

export function readServerInfo(masked: FragmentType<typeof ServerInfoFragment>): ServerInfo {
  return readFragment(ServerInfoFragment, masked);
}
