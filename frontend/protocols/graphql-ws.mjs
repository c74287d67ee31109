// graphql-transport-ws as the npm client graphql-ws speaks it: queries, mutations and subscriptions over one socket.
import assert from 'node:assert/strict';
import { createClient } from 'graphql-ws';
import { performAll } from './checks.mjs';
import { inTime, register, socketUrl, upload, WebSocket } from './server.mjs';

const events = 'subscription { analysisEvents(of: { all: true }) { cursor analysis { id status } } }';
const me = '{ me { user { username } } }';

/** A client, with what happened to its sockets. */
function connect(token, options = {}) {
  const seen = { opened: 0, pongs: 0, closes: [] };
  const client = createClient({
    url: socketUrl,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazyCloseTimeout: 1000,
    connectionParams: token ? { authorization: `Bearer ${token}` } : undefined,
    ...options,
    on: {
      opened: () => (seen.opened += 1),
      pong: (received) => received && (seen.pongs += 1),
      closed: ({ code }) => seen.closes.push(code),
    },
  });
  return { client, seen };
}

async function once(client, query, variables) {
  for await (const result of client.iterate({ query, variables })) return result;
  throw new Error('completed without a result');
}

const checks = {
  'a query, a mutation and a subscription over one socket, which knows who asks': async () => {
    const { username, token } = await register();
    const imageId = await upload(token);
    const { client, seen } = connect(token);
    const following = client.iterate({ query: events });
    const heard = inTime(
      (async () => {
        for await (const { data } of following) if (data.analysisEvents.analysis.status === 'COMPLETED') return data.analysisEvents;
      })(),
      'the analysis to be completed',
    );
    // Looked at below; until then a failure must not end the process.
    heard.catch(() => {});
    assert.deepEqual(await once(client, me), { data: { me: { user: { username } } } });
    const analyze = 'mutation($input: AnalyzeImageInput!) { analyzeImage(input: $input) { analysis { id } errors { code } } }';
    const { data } = await once(client, analyze, { input: { imageId } });
    const { id } = data.analyzeImage.analysis;
    assert.equal((await heard).analysis.id, id);
    assert.equal(seen.opened, 1);
    await client.dispose();
  },

  'a subscription completes by itself when there is nothing more to tell': async () => {
    const { token } = await register();
    const { client } = connect(token);
    const imageId = 'image_01j9zzzzzzzzzzzzzzzzzzzzzz';
    const query = 'subscription($id: ID!) { analysisEvents(of: { imageId: $id }) { cursor } }';
    for await (const result of client.iterate({ query, variables: { id: imageId } })) assert.fail(JSON.stringify(result));
    await client.dispose();
  },

  'nobody is asked for a token, and without one nobody is signed in': async () => {
    const { client } = connect(null);
    assert.deepEqual(await once(client, me), { data: { me: null } });
    await client.dispose();
  },

  'a wrong token is refused with 4403': async () => {
    const { client } = connect('forged');
    await assert.rejects(once(client, me), ({ code }) => code === 4403);
  },

  'a document that is wrong answers with an error of its own, and the socket goes on': async () => {
    const { client, seen } = connect(null);
    await assert.rejects(once(client, '{ nothing }'), ([error]) => error.extensions.code === 'GRAPHQL_VALIDATION_FAILED');
    assert.deepEqual(await once(client, me), { data: { me: null } });
    assert.equal(seen.opened, 1);
    await client.dispose();
  },

  'a ping is answered by a pong': async () => {
    const { token } = await register();
    const { client, seen } = connect(token, { keepAlive: 50 });
    const following = client.iterate({ query: events });
    const ended = following.next();
    await inTime(
      (async () => {
        while (seen.pongs < 2) await new Promise((done) => setTimeout(done, 20));
      })(),
      'two pongs',
    );
    await following.return();
    await ended;
    await client.dispose();
  },

  'an id that is in use ends the socket with 4409': async () => {
    const { token } = await register();
    const { client, seen } = connect(token, { generateID: () => 'the-same' });
    const both = [1, 2].map(() => client.iterate({ query: events }).next());
    for (const one of await Promise.allSettled(both)) assert.equal(one.reason?.code, 4409);
    assert.deepEqual(seen.closes, [4409]);
  },
};

export default () => performAll(checks);
