// The queue of the signed-in pages, and the ways into it: dropping anywhere, pasting, picking files.
import type { ReactNode } from 'react';
import { createContext, use, useState, useSyncExternalStore } from 'react';
import { useLocalStorage, useWindowEvent } from '@mantine/hooks';
import { useClient } from 'urql';
import { plural } from '../lib/format';
import { ServerInfoQuery, readServerInfo } from '../lib/serverInfo';
import type { ServerInfo } from '../lib/serverInfo';
import { announce } from '../ui/announcer';
import { precheck } from './precheck';
import { UploadQueue } from './queue';
import { sendUpload } from './sendUpload';
import type { Upload } from './states';
import { isActive } from './states';

const UploadContext = createContext<UploadQueue | null>(null);

const describeKey = 'image-manager-describe';

export function useDescribeAfterUpload() {
  return useLocalStorage({ key: describeKey, defaultValue: false, getInitialValueInEffect: false });
}

export function UploadProvider({ children }: { children: ReactNode }) {
  const client = useClient();
  const [queue] = useState(() => {
    const server = (): ServerInfo | null => {
      const answer = client.readQuery(ServerInfoQuery, {})?.data;
      return answer ? readServerInfo(answer.server) : null;
    };
    return new UploadQueue({
      precheck: (file) => precheck(file, server()),
      describe: () => localStorage.getItem(describeKey) === 'true' && server()?.analysis != null,
      send: (upload, hooks) => sendUpload(client, upload, hooks),
      onSettled: tell,
    });
  });
  const busy = useSyncExternalStore(queue.subscribe, () => queue.get().some(isActive));

  useWindowEvent('beforeunload', (event) => {
    if (busy) event.preventDefault();
  });
  useWindowEvent('paste', ({ clipboardData }) => {
    const files = [...(clipboardData?.files ?? [])];
    if (files.length > 0) queue.add(files);
  });

  return <UploadContext value={queue}>{children}</UploadContext>;
}

export function useUploadQueue(): UploadQueue {
  const queue = use(UploadContext);
  if (!queue) throw new Error('useUploadQueue is for pages inside UploadProvider.');
  return queue;
}

export function useUploads(): readonly Upload[] {
  const queue = useUploadQueue();
  return useSyncExternalStore(queue.subscribe, queue.get);
}

/** What is not as hoped at once, the rest as one sentence when all is over: a hundred files must not be a hundred sentences. */
function tell({ file, state }: Upload, queue: UploadQueue) {
  if (state.kind === 'refused') announce(`${file.name} was refused. ${state.reason}`);
  if (state.kind === 'full') announce(`${file.name} was not taken: your library is full.`);
  if (state.kind === 'failed') announce(`${file.name} was not sent. ${state.problem.title}.`);
  if (state.kind === 'duplicate') announce(`${file.name} is already in your library.`);
  const uploads = queue.get();
  if (uploads.some(isActive)) return;
  const count = (kind: Upload['state']['kind']) => uploads.filter((upload) => upload.state.kind === kind).length;
  const [done, there] = [count('done'), count('duplicate')];
  // One file has just been told of by itself.
  if (done === 0 && uploads.length === 1) return;
  const rest = uploads.length - done - there;
  const more = `${there > 0 ? ` ${there} already there.` : ''}${rest > 0 ? ` ${plural(rest, 'file')} not uploaded.` : ''}`;
  announce(`${plural(done, 'picture')} uploaded.${more}`);
}
