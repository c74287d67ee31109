// Subscriptions that go on where they were after the connection was lost.
import type { Client, ExecutionResult, Sink, SubscribePayload } from 'graphql-ws';

/**
 * Follows `payload`. graphql-ws sends the same payload again each time it has to connect again; so the cursor of the last
 * event is put into its `after`, if it has one, and the server tells first what came to be in the meantime.
 */
export function subscribeAndResume(socket: Pick<Client, 'subscribe'>, payload: SubscribePayload, sink: Sink<ExecutionResult>): () => void {
  const variables = { ...payload.variables };
  const resumes = /\$after\b/.test(payload.query);
  return socket.subscribe({ ...payload, variables }, {
    next: (result) => {
      const cursor = resumes ? cursorOf(result.data) : undefined;
      if (cursor) variables.after = cursor;
      sink.next(result as ExecutionResult);
    },
    error: (problem) => sink.error(problem),
    complete: () => sink.complete(),
  });
}

/** The `cursor` of the one field that a subscription has. */
function cursorOf(data: unknown): string | undefined {
  const [event] = Object.values(data ?? {}) as { cursor?: unknown }[];
  return typeof event?.cursor === 'string' ? event.cursor : undefined;
}
