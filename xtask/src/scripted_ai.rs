//! `cargo xtask scripted-ai`: the suite's scripted model as a server of its own, for the browser tests and for
//! trying the application without a key.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;

use crate::process::Problem;
use support::ai::{Flavor, Options};

/// The suite's own code, not a copy of it.
#[path = "../../tests/it/support"]
mod support {
    #[allow(dead_code, reason = "most of it is for tests that script the answers")]
    pub mod ai;
}

/// Describes every picture it is sent, `delay` after it was asked, until the process ends. Any key will do.
pub fn serve(listen: SocketAddr, delay: Duration) -> Result<(), Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(listen).await?;
        println!("OPENAI_BASE_URL=http://{}/v1 AI_MODEL=scripted", listener.local_addr()?);
        support::ai::run(listener, Options { flavor: Flavor::Ollama, key: None, delay }).await
    })?;
    Ok(())
}
