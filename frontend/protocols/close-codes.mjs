// graphql-transport-ws in raw frames: how the server ends a socket, each code of the protocol at least once.
import { once } from 'node:events';
import { inTime, pid, post, register, socketUrl, WebSocket } from './server.mjs';

const subprotocols = ['graphql-transport-ws'];
const init = { type: 'connection_init' };
const ask = { type: 'subscribe', id: '1', payload: { query: '{ server { version } }' } };
const follow = { type: 'subscribe', id: '1', payload: { query: 'subscription { analysisEvents(of: { all: true }) { cursor } }' } };

const initOf = (token) => ({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });

/** A socket, which sends `messages` one after the other: objects as JSON, texts and bytes as they are. */
async function open(messages, protocols = subprotocols, headers = {}) {
  const socket = new WebSocket(socketUrl, protocols, { headers });
  const closed = new Promise((done) => socket.once('close', (code, reason) => done({ code, reason: String(reason) })));
  socket.on('error', () => {});
  await inTime(Promise.race([once(socket, 'open'), closed]), 'the socket to open');
  for (const message of messages) {
    const isPlain = typeof message === 'string' || Buffer.isBuffer(message);
    socket.send(isPlain ? message : JSON.stringify(message));
  }
  return { socket, closed };
}

/** Opened and acknowledged. */
async function acknowledged(message = init) {
  const { socket, closed } = await open([]);
  const ack = once(socket, 'message');
  socket.send(JSON.stringify(message));
  const [text] = await inTime(ack, 'the acknowledgement');
  if (JSON.parse(text).type !== 'connection_ack') throw new Error(`no acknowledgement: ${text}`);
  return { socket, closed };
}

const sent = (...messages) => async () => (await open(messages)).closed;

const afterAck = (...messages) => async () => {
  const { socket, closed } = await acknowledged();
  for (const message of messages) socket.send(message);
  return closed;
};

/** Expected code, what was sent, and how. They go on side by side: one of them takes ten seconds. */
const rows = [
  [4400, 'a text that is not JSON', sent('junk')],
  [4400, 'JSON that is not an object', sent('[]')],
  [4400, 'a message without a type', sent('{}')],
  [4400, 'a message of an unknown type', afterAck('{"type":"start","id":"1"}')],
  [4400, 'a binary message', afterAck(Buffer.from(JSON.stringify({ type: 'ping' })))],
  [4400, 'subscribe without an id', afterAck('{"type":"subscribe","payload":{"query":"{ server { version } }"}}')],
  [4400, 'subscribe without a payload', afterAck('{"type":"subscribe","id":"1"}')],
  [4401, 'a query before the acknowledgement', sent(ask)],
  [4401, 'a subscription before the acknowledgement', sent(follow)],
  [4403, 'connection_init with a token that is none', sent(initOf('forged'))],
  [4403, 'a log-out elsewhere, within 5 s', sessionEnded],
  [4406, 'another sub-protocol alone', anotherProtocol],
  [4406, 'no sub-protocol', async () => (await open([], [])).closed],
  [4408, 'nothing, for 10 s', sent()],
  [4409, 'subscribe with an id in use', duplicate],
  [4429, 'connection_init a second time', sent(init, init)],
  [1009, 'a message of a million bytes', afterAck(JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(1_000_000) } }))],
  [1000, 'the client’s own close', goodbye],
];

/** Last, for the server is gone then. */
const stop = [1001, 'the server is stopped', shutdown];

/** Asked for by a header of our own: a client that is told of it gives up before it hears the code. */
async function anotherProtocol() {
  return (await open([], [], { 'sec-websocket-protocol': 'graphql-ws' })).closed;
}

async function sessionEnded() {
  const { token } = await register();
  const { closed } = await acknowledged(initOf(token));
  await post('mutation { logout { errors { code } } }', {}, token);
  // One more second for the way.
  return inTime(closed, 'the end of the session', 6000);
}

async function duplicate() {
  const { token } = await register();
  const { socket, closed } = await acknowledged(initOf(token));
  socket.send(JSON.stringify(follow));
  socket.send(JSON.stringify(follow));
  return closed;
}

async function goodbye() {
  const { socket, closed } = await acknowledged();
  socket.close(1000);
  return closed;
}

async function shutdown() {
  const { token } = await register();
  const { socket, closed } = await acknowledged(initOf(token));
  socket.send(JSON.stringify(follow));
  process.kill(pid, 'SIGTERM');
  return closed;
}

async function line([expected, name, run]) {
  const got = await inTime(run(), name).catch((error) => ({ code: '-', reason: error.message }));
  return { expected, name, ...got, ok: got.code === expected };
}

export default async function closeCodes() {
  const lines = await Promise.all(rows.map(line));
  if (pid) lines.push(await line(stop));
  else console.log(`(SERVER_PID is not set: ${stop[0]}, "${stop[1]}", is left out)`);

  const width = Math.max(...lines.map(({ name }) => name.length));
  console.log(`${'sent'.padEnd(width)}  expected  got   result  reason`);
  for (const { expected, name, code, reason, ok } of lines) {
    console.log(`${name.padEnd(width)}  ${expected}      ${String(code).padEnd(4)}  ${ok ? 'ok    ' : 'WRONG '}  ${reason}`.trimEnd());
  }
  const right = lines.filter(({ ok }) => ok).length;
  console.log(`${right} of ${lines.length} close codes right`);
  if (right !== lines.length) throw new Error('some are wrong');
}
