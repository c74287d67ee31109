// Goes through the checks of a suite: one that fails does not keep the next from running.
import { inTime } from './server.mjs';

/** `checks`: what each one says of the server, and a function that rejects where it is not so. */
export async function performAll(checks) {
  let failed = 0;
  for (const [name, check] of Object.entries(checks)) {
    try {
      await inTime(check(), name);
      console.log(`ok     ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED ${name}\n       ${error?.stack ?? JSON.stringify(error)}`);
    }
  }
  if (failed > 0) throw new Error(`${failed} of ${Object.keys(checks).length} failed`);
}
