// Subscriptions that go on where they were after the connection was lost.
import type { Client, ExecutionResult, Sink, SubscribePayload } from 'graphql-ws';
import type { DocumentNode } from 'graphql';
import type { AnyVariables } from 'urql';
import { documentParameters, isUnknownHash, textOf } from '../lib/documents';

/** For the socket's `jsonMessageReplacer`: a subscription that goes by its hash has no text at all. */
export function withoutEmptyText(this: { type?: unknown }, key: string, value: unknown): unknown {
  const goesByHash = key === 'payload' && this.type === 'subscribe' && (value as SubscribePayload).query === '';
  return goesByHash ? { ...(value as SubscribePayload), query: undefined } : value;
}

interface Followed {
  document: DocumentNode;
  variables: AnyVariables;
}

/**
 * Follows a subscription. graphql-ws sends the same payload again each time it has to connect again; so the cursor of the last
 * event is put into its `after`, if it has one, and the server tells first what came to be in the meantime. A server that
 * does not know the hash, perhaps another one than before, gets the text: this is done here, because only here is the cursor.
 */
export function subscribeAndResume(socket: Pick<Client, 'subscribe'>, followed: Followed, sink: Sink<ExecutionResult>): () => void {
  const variables: Record<string, unknown> = { ...followed.variables };
  const resumes = /\$after\b/.test(textOf(followed.document));
  let stop = follow(false);
  return () => stop();

  function follow(withText: boolean): () => void {
    // graphql-ws sends nothing without a text; `withoutEmptyText` takes this one out again.
    const payload: SubscribePayload = { query: '', ...documentParameters(followed.document, withText), variables };
    return socket.subscribe(payload, {
      next: (result) => {
        const cursor = resumes ? cursorOf(result.data) : undefined;
        if (cursor) variables.after = cursor;
        sink.next(result as ExecutionResult);
      },
      error: (problem) => {
        if (!withText && isUnknownHash(problem)) stop = follow(true);
        else sink.error(problem);
      },
      complete: () => sink.complete(),
    });
  }
}

/** The `cursor` of the one field that a subscription has. */
function cursorOf(data: unknown): string | undefined {
  const [event] = Object.values(data ?? {}) as { cursor?: unknown }[];
  return typeof event?.cursor === 'string' ? event.cursor : undefined;
}
