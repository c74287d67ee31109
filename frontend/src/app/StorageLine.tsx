// How much room the pictures take.
import { useQuery } from 'urql';
import { graphql } from '../gql';
import { formatBytes, plural } from '../lib/format';
import classes from './AccountMenu.module.css';

const StorageUseQuery = graphql(`
  query StorageUse {
    me {
      storage {
        images
        bytes
        byteLimit
      }
    }
  }
`);

/** Asked anew each time it is looked at; what was known is there at once, and the line has its place from the start. */
export function StorageLine() {
  const [{ data }] = useQuery({ query: StorageUseQuery, requestPolicy: 'cache-and-network' });
  const use = data?.me?.storage;
  if (!use) return <span className={classes.storage} />;
  const { images, bytes, byteLimit } = use;
  return (
    <span className={classes.storage}>
      {formatBytes(bytes)}
      {byteLimit !== null && ` of ${formatBytes(byteLimit)}`} · {plural(images, 'picture')}
      {byteLimit !== null && (
        <span className={classes.meter} aria-hidden>
          <span className={classes.level} data-full={bytes >= byteLimit * 0.95} style={{ width: `${Math.min(100, (bytes / Math.max(1, byteLimit)) * 100)}%` }} />
        </span>
      )}
    </span>
  );
}
