// GraphQL over HTTP: the public audits of graphql-http, all of them, MUST, SHOULD and MAY.
import { serverAudits } from 'graphql-http';
import { url } from './server.mjs';

/** As many as the suite has. Fewer would be a suite that lost some. */
const expected = 61;

export default async function audits() {
  const all = serverAudits({ url });
  let ok = 0;
  for (const audit of all) {
    const result = await audit.fn();
    if (result.status === 'ok') ok += 1;
    console.log(`${result.status.padEnd(6)} ${audit.id} ${audit.name}${result.status === 'ok' ? '' : `\n       ${result.reason}`}`);
  }
  console.log(`${ok} of ${all.length} audits ok`);
  if (ok !== expected || all.length !== expected) throw new Error(`${expected} of ${expected} were expected`);
}
