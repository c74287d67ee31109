//! A client that writes its own bytes.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::TestApp;

/// How long a test waits for what must come.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";

pub struct Raw(pub TcpStream);

impl Raw {
    pub async fn connect(app: &TestApp) -> Self {
        Self::to(app.url.strip_prefix("http://").unwrap()).await
    }

    pub async fn to(address: &str) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    /// What cannot be sent any more is not: the server's word shows in what it answers.
    pub async fn send(&mut self, text: &str) -> bool {
        self.0.write_all(text.as_bytes()).await.is_ok()
    }

    /// The next answer: its status. `None` where the connection ended without one.
    pub async fn status(&mut self) -> Option<u16> {
        let head = self.head().await?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
        self.0.read_exact(&mut vec![0; length]).await.ok()?;
        head.split(' ').nth(1)?.parse().ok()
    }

    async fn head(&mut self) -> Option<String> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(timeout(PATIENCE, self.0.read_u8()).await.expect("neither answered nor closed").ok()?);
        }
        String::from_utf8(head).ok()
    }

    /// Sends it; the status of the answer.
    pub async fn ask(&mut self, text: &str) -> Option<u16> {
        self.send(text).await;
        self.status().await
    }

    /// Waits for the end, without another answer.
    pub async fn closed(&mut self) {
        let read = timeout(PATIENCE, self.0.read(&mut [0; 1])).await.expect("not closed");
        assert!(!matches!(read, Ok(1)), "answered, not closed");
    }

    /// Sends again and again without reading a byte, until the server closes.
    pub async fn never_reads(&mut self, bytes: &[u8]) {
        let send = async { while self.0.write_all(bytes).await.is_ok() {} };
        timeout(PATIENCE, send).await.expect("a client that reads nothing was kept");
    }
}

/// A query by POST, up to the middle of its body; and the rest.
pub fn halves() -> (String, &'static str) {
    let body = r#"{"query":"{ server { version } }"}"#;
    let (begin, end) = body.split_at(10);
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    (head + begin, end)
}
