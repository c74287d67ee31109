//! What HTTP/1.1 and HTTP/2 may use up, a connection.

use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::{Builder, UpgradeableConnection};

use super::body::Watched;
use super::stream::Stream;
use crate::config::ConnectionTimes;

/// Of a request's line and header together. Browsers and proxies send a few KiB; a query by GET needs the rest.
const MAX_HEADER_BYTES: u32 = 32 * 1024;

/// Lines of a header. HTTP/2 counts its bytes only, 32 more for each line.
const MAX_HEADERS: usize = 100;

/// Of one answer on HTTP/2, written and not sent.
const SEND_BUFFER: usize = 64 * 1024;

/// Requests at once on one HTTP/2 connection.
const MAX_STREAMS: u32 = 100;

/// The settings of both.
pub struct Protocol(Builder<TokioExecutor>);

impl Protocol {
    pub fn new(times: &ConnectionTimes) -> Self {
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            // It would also end what is idle: `pace` tells the two apart.
            .header_read_timeout(None)
            .max_headers(MAX_HEADERS)
            // What is read and not parsed is a header; the same holds for what is written and not sent.
            .max_buf_size(MAX_HEADER_BYTES as usize);
        // Resets in quick succession and other floods are bounded by the library's own defaults.
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(times.ping)
            .keep_alive_timeout(times.ping)
            .max_concurrent_streams(MAX_STREAMS)
            .max_header_list_size(MAX_HEADER_BYTES)
            .max_send_buf_size(SEND_BUFFER)
            // WebSockets.
            .enable_connect_protocol();
        Self(builder)
    }

    /// The connection, to be polled until its end.
    pub fn serve<H, S>(
        &self,
        io: TokioIo<Stream<H>>,
        service: S,
    ) -> UpgradeableConnection<'_, TokioIo<Stream<H>>, S, TokioExecutor>
    where
        H: Send + Unpin + 'static,
        S: Service<Request<Incoming>, Response = Response<Watched>>,
        S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
        S::Future: Send + 'static,
    {
        self.0.serve_connection_with_upgrades(io, service)
    }
}
