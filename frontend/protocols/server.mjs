// The server under test, as the suites of this folder use it: where it is, and somebody to ask as.
import { randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { WebSocket } from 'ws';

const base = process.env.BASE_URL ?? 'http://127.0.0.1:8000';

export const url = `${base}/graphql`;
export const socketUrl = url.replace(/^http/, 'ws');
/** To stop the server with, for what it says then. Not there: that is left out. */
export const pid = Number(process.env.SERVER_PID) || null;

/** Nothing that a suite waits for takes so long: it waits in vain. In milliseconds. */
export const patience = 20_000;

/** Rejects where `promise` takes longer than anything should. */
export function inTime(promise, what, limit = patience) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing for ${limit / 1000} s`)), limit);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export async function post(query, variables, token) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query, variables }),
  });
  return dataOf(await response.json());
}

function dataOf({ data, errors }) {
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** The access token of a new account, each time another one. */
export async function register() {
  const username = `suite-${randomBytes(6).toString('hex')}`;
  const input = { username, email: `${username}@example.org`, password: 'nine purple walruses' };
  const { register } = await post(
    'mutation($input: RegisterInput!) { register(input: $input) { session { accessToken } errors { code message } } }',
    { input },
  );
  if (!register.session) throw new Error(JSON.stringify(register.errors));
  return { username, token: register.session.accessToken };
}

/** The id of a new picture. */
export async function upload(token) {
  const form = new FormData();
  const query = 'mutation($file: Upload!) { uploadImage(input: { file: $file }) { image { id } errors { code message } } }';
  form.append('operations', JSON.stringify({ query, variables: { file: null } }));
  form.append('map', JSON.stringify({ 0: ['variables.file'] }));
  form.append('0', new Blob([picture()], { type: 'image/png' }), 'picture.png');
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'graphql-preflight': '1' },
    body: form,
  });
  const { uploadImage } = dataOf(await response.json());
  if (!uploadImage.image) throw new Error(JSON.stringify(uploadImage.errors));
  return uploadImage.image.id;
}

/** A PNG of 16 by 16 gray pixels, each time another gray. */
function picture() {
  const side = 16;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 8;
  const rows = Buffer.alloc(side * (side + 1));
  randomBytes(rows.length).copy(rows);
  for (let row = 0; row < side; row++) rows[row * (side + 1)] = 0;
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name, data) {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

export { WebSocket };
