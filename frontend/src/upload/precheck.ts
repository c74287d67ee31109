// What can be told of a file before it is sent. The server looks at the bytes and has the last word.
import { formatBytes, formatTypes } from '../lib/format';
import type { ServerInfo } from '../lib/serverInfo';

export function precheck(file: File, server: Pick<ServerInfo, 'acceptedTypes' | 'maxUploadBytes'> | null): string | null {
  if (file.size === 0) return 'The file is empty.';
  if (!server) return null;
  // The browser guesses the type from the name; without a guess the server may still know it.
  if (file.type !== '' && !server.acceptedTypes.includes(file.type)) {
    return `Not a kind of picture that this server takes. Send ${formatTypes(server.acceptedTypes)}.`;
  }
  if (file.size > server.maxUploadBytes) {
    return `Too large: ${formatBytes(file.size)}. At most ${formatBytes(server.maxUploadBytes)} can be sent.`;
  }
  return null;
}
