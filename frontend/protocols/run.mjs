// The public suites against a running server: `node protocols/run.mjs [SUITE...]`. BASE_URL says where it is; SERVER_PID, where
// it is given, is stopped at the end, to see what the sockets are told.
import audits from './audits.mjs';
import closeCodes from './close-codes.mjs';
import documents from './documents.mjs';
import graphqlSse from './graphql-sse.mjs';
import graphqlWs from './graphql-ws.mjs';
import { url } from './server.mjs';

/** In this order: the last one stops the server. */
const suites = { audits, documents, 'graphql-ws': graphqlWs, 'graphql-sse': graphqlSse, 'close-codes': closeCodes };

const named = process.argv.slice(2);
const unknown = named.find((name) => !(name in suites));
if (unknown) {
  console.error(`There is no suite ${unknown}; the suites are ${Object.keys(suites).join(', ')}.`);
  process.exit(2);
}

let failed = 0;
for (const [name, run] of Object.entries(suites)) {
  if (named.length > 0 && !named.includes(name)) continue;
  console.log(`\n--- ${name}, ${url}`);
  try {
    await run();
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${name}: ${error.message}`);
  }
}
// What a failed suite left open must not keep this waiting.
process.exit(failed > 0 ? 1 : 0);
