//! Every connection is an open file, and the usual soft limit is 1,024.

use rlimit::{Resource, getrlimit, setrlimit};

/// For the database, the pictures being read, and everything else that is no connection.
const OTHERS: u64 = 256;

/// Raises the soft limit to the hard one. Where `connections` do not fit below it, the operator hears so.
pub fn raise(connections: usize) {
    let raised = getrlimit(Resource::NOFILE).and_then(|(soft, hard)| {
        if soft < hard {
            setrlimit(Resource::NOFILE, hard, hard)?;
        }
        Ok(hard)
    });
    match raised {
        Ok(limit) if limit < connections as u64 + OTHERS => tracing::warn!(
            limit,
            "fewer files may be open than MAX_CONNECTIONS and the rest need; raise the hard limit (ulimit -Hn)"
        ),
        Ok(limit) => tracing::debug!(limit, "open files"),
        Err(error) => tracing::warn!(%error, "the limit of open files cannot be raised"),
    }
}
