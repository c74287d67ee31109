import { useSubscription } from 'urql';
import { useServerInfo } from '../lib/serverInfo';
import { LibraryAnalysisEvents } from './operations';

/** Keeps the gallery's words and states current while it is on screen. Shows nothing: the cache tells the cards. */
export function LibraryFeed() {
  const server = useServerInfo();
  useSubscription({ query: LibraryAnalysisEvents, pause: !server?.analysis });
  return null;
}
