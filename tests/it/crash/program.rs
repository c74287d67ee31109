//! The real program as a process of its own.

use tokio::process::Child;

/// A running program. Dropping it kills it.
pub struct Program {
    pub(super) child: Child,
    pub url: String,
}

impl Program {
    /// With SIGKILL, which nothing can be done about. Returns when the process is gone.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }
}
