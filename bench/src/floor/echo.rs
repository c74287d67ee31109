//! The floor of an idle socket: tokio-tungstenite that sends back what comes in.

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// `small`: with the buffers that the server has, instead of the library's own.
pub async fn serve(listener: TcpListener, small: bool) -> std::io::Result<()> {
    let config = WebSocketConfig::default();
    let config = if small { config.read_buffer_size(1024).write_buffer_size(0) } else { config };
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(echo(stream, config));
    }
}

/// How it ends is the client's business.
async fn echo(stream: TcpStream, config: WebSocketConfig) {
    let Ok(mut socket) = tokio_tungstenite::accept_async_with_config(stream, Some(config)).await else { return };
    while let Some(Ok(message)) = socket.next().await {
        if message.is_text() && socket.send(message).await.is_err() {
            return;
        }
    }
}
