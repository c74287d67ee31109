// Documents by hash: those of the web client without their texts, and others once their texts were seen (the automatic
// persisted queries of Apollo).
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { performAll } from './checks.mjs';
import { inTime, socketUrl, url, WebSocket } from './server.mjs';

const manifest = JSON.parse(readFileSync(new URL('../documents.json', import.meta.url), 'utf8'));

const sha256 = (text) => createHash('sha256').update(text, 'utf8').digest('hex');
const byHash = (sha256Hash) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });
const hashOf = (name) => Object.keys(manifest).find((hash) => manifest[hash].includes(` ${name} {`));

async function post(body, accept = 'application/graphql-response+json') {
  const headers = { accept, 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const answer = await response.json();
  return { status: response.status, data: answer.data, error: answer.errors?.[0], code: answer.errors?.[0]?.extensions?.code };
}

/** A document that nobody has sent before. */
const stranger = () => `{ server { version } } # ${randomUUID()}`;

const checks = {
  'every document of the web client is known by its hash': async () => {
    for (const [hash, text] of Object.entries(manifest)) {
      const { code } = await post(byHash(hash));
      assert.notEqual(code, 'PERSISTED_QUERY_NOT_FOUND', text);
    }
    assert.equal(typeof (await post(byHash(hashOf('ServerInfo')))).data.server.version, 'string');
  },

  'also over the WebSocket': async () => {
    const socket = new WebSocket(socketUrl, ['graphql-transport-ws']);
    await once(socket, 'open');
    const say = async (message) => {
      const answer = once(socket, 'message');
      socket.send(JSON.stringify(message));
      return JSON.parse((await inTime(answer, message.type))[0]);
    };
    assert.equal((await say({ type: 'connection_init' })).type, 'connection_ack');
    const { type, payload } = await say({ type: 'subscribe', id: '1', payload: byHash(hashOf('ServerInfo')) });
    assert.equal(type, 'next');
    assert.equal(typeof payload.data.server.version, 'string');
    socket.close();
  },

  'another one is not known by its hash until its text was seen': async () => {
    const query = stranger();
    const hash = sha256(query);
    for (const [accept, status] of [['application/graphql-response+json', 400], ['application/json', 200]]) {
      const missing = await post(byHash(hash), accept);
      assert.equal(missing.status, status);
      assert.equal(missing.code, 'PERSISTED_QUERY_NOT_FOUND');
      assert.equal(missing.error.message, 'PersistedQueryNotFound');
    }
    for (const body of [{ query, ...byHash(hash) }, byHash(hash)]) {
      assert.equal(typeof (await post(body)).data.server.version, 'string');
    }
  },

  'a hash that is of another text is refused, and nothing is kept under it': async () => {
    const hash = sha256(stranger());
    assert.equal((await post({ query: stranger(), ...byHash(hash) })).code, 'BAD_REQUEST');
    assert.equal((await post(byHash(hash))).code, 'PERSISTED_QUERY_NOT_FOUND');
  },
};

export default () => performAll(checks);
