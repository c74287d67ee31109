// GraphQL over Server-Sent Events, distinct connections mode, as the npm client graphql-sse speaks it.
import assert from 'node:assert/strict';
import { createClient } from 'graphql-sse';
import { performAll } from './checks.mjs';
import { inTime, post, register, upload, url } from './server.mjs';

const events = 'subscription { analysisEvents(of: { all: true }) { cursor analysis { id status } } }';

function connect(token) {
  return createClient({ url, singleConnection: false, retryAttempts: 0, headers: token ? { authorization: `Bearer ${token}` } : {} });
}

async function all(client, request) {
  const results = [];
  for await (const result of client.iterate(request)) results.push(result);
  return results;
}

/** The answer as it is on the wire. */
async function raw(body, token) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
  return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() };
}

const checks = {
  'a query is one next event, and then complete': async () => {
    const { username, token } = await register();
    const client = connect(token);
    assert.deepEqual(await all(client, { query: '{ me { user { username } } }' }), [{ data: { me: { user: { username } } } }]);
    client.dispose();
  },

  'a mutation, with variables and an operation of several': async () => {
    const { token } = await register();
    const client = connect(token);
    const query = 'query Other { me { email } } mutation Out { logout { errors { code } } }';
    assert.deepEqual(await all(client, { query, operationName: 'Out', variables: {} }), [{ data: { logout: { errors: [] } } }]);
    client.dispose();
  },

  'a subscription tells of an analysis until the client has heard enough': async () => {
    const { token } = await register();
    const imageId = await upload(token);
    const client = connect(token);
    const following = client.iterate({ query: events });
    const heard = (async () => {
      const seen = [];
      for await (const { data } of following) {
        seen.push(data.analysisEvents.analysis);
        if (seen.at(-1).status === 'COMPLETED') return seen;
      }
    })();
    // Looked at below; until then a failure must not end the process.
    heard.catch(() => {});
    const analyze = 'mutation($input: AnalyzeImageInput!) { analyzeImage(input: $input) { analysis { id } errors { code } } }';
    const { analyzeImage } = await post(analyze, { input: { imageId } }, token);
    const seen = await inTime(heard, 'the analysis to be completed');
    assert.ok(seen.every(({ id }) => id === analyzeImage.analysis.id));
    client.dispose();
  },

  'a subscription completes by itself when there is nothing more to tell': async () => {
    const { token } = await register();
    const client = connect(token);
    const query = 'subscription { analysisEvents(of: { imageId: "image_01j9zzzzzzzzzzzzzzzzzzzzzz" }) { cursor } }';
    assert.deepEqual(await all(client, { query }), []);
    client.dispose();
  },

  'an error before execution is a next event too, on a connection that was accepted': async () => {
    const client = connect(null);
    for (const query of ['{', '{ nothing }', events]) {
      const [{ errors, ...rest }, ...more] = await all(client, { query });
      assert.equal(typeof errors[0].message, 'string', query);
      assert.equal(typeof errors[0].extensions.code, 'string', query);
      assert.ok(rest.data == null && more.length === 0, query);
    }
    client.dispose();
    const { status, type } = await raw({ query: '{ nothing }' });
    assert.equal(status, 200);
    assert.match(type, /^text\/event-stream\b/);
  },

  'complete has an empty data field, for the EventSource of browsers': async () => {
    const { status, type, text } = await raw({ query: '{ server { version } }' });
    assert.equal(status, 200);
    assert.match(type, /^text\/event-stream\b/);
    assert.match(text, /(^|\n)event: ?next\ndata: ?\{"data":/);
    assert.match(text, /(^|\n)event: ?complete\ndata: ?\n\n$/);
  },
};

export default () => performAll(checks);
