//! Connections: taken in, bounded in number, in the size of their headers and in their silence, and brought to an end.
//!
//! HTTP/1.1 and HTTP/2 (h2c, for proxies) share one port. What is bounded, and where:
//!
//! | what                                               | where                                   |
//! |----------------------------------------------------|-----------------------------------------|
//! | connections in all, and of one client              | [`slots`]; one too many is closed at once |
//! | header: bytes and lines; time                      | [`protocol`]; [`pace`]                  |
//! | a connection without a request                     | [`pace`]                                |
//! | a client that does not take what we send           | [`stream`] (TCP), [`pace`] (HTTP/2 windows) |
//! | a client that does not send the body it announced  | [`super::body`]                         |
//! | a WebSocket whose client is gone                   | [`super::websocket`], by its pings      |

mod accept;
mod body;
mod open_files;
mod pace;
mod protocol;
mod slots;
mod stream;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;

use axum::Router;
use axum::http::{Request, Version};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;

use self::accept::{Seldom, accept};
use self::body::Watched;
use self::pace::{Alarm, Pace};
use self::protocol::Protocol;
use self::slots::{Full, Slots};
use self::stream::Stream;
use super::peer::Proxies;
use crate::config::{ConnectionTimes, Connections};

pub use open_files::raise as raise_open_files;

/// Serves until `stop`, and then until everybody has his answer or patience is over.
pub async fn serve(listener: TcpListener, router: Router, connections: &Connections, stop: CancellationToken) {
    let server = Arc::new(Server {
        router,
        proxies: Proxies::new(connections.trusted_proxies.clone()),
        slots: Slots::new(connections.max, connections.max_per_client),
        times: connections.times,
        protocol: Protocol::new(&connections.times),
        open: TaskTracker::new(),
        stop: stop.clone(),
        cut: CancellationToken::new(),
        full: Seldom::default(),
    });
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            (stream, peer) = accept(&listener) => Server::take(&server, stream, peer.ip().to_canonical()),
        }
    }
    drop(listener);
    server.open.close();
    if timeout(connections.times.patience, server.open.wait()).await.is_err() {
        tracing::warn!("requests were cut off");
        server.cut.cancel();
    }
}

struct Server {
    router: Router,
    proxies: Proxies,
    slots: Slots,
    times: ConnectionTimes,
    protocol: Protocol,
    /// Every connection, also those that became WebSockets.
    open: TaskTracker,
    stop: CancellationToken,
    /// Patience is over.
    cut: CancellationToken,
    full: Seldom,
}

impl Server {
    /// One too many is closed without a word, and does not wait in the kernel for its turn: a load balancer sees at once
    /// that it must ask another replica, and nobody is served who has long gone.
    fn take(server: &Arc<Self>, stream: TcpStream, peer: IpAddr) {
        let slot = match server.slots.take((!server.proxies.trust(peer)).then_some(peer)) {
            Ok(slot) => slot,
            Err(full) => return server.warn_of(full, peer),
        };
        let pace = Arc::new(Pace::default());
        let held = (slot, server.open.token());
        let stream = Stream::new(stream, Arc::clone(&pace), server.times.stall, held);
        tokio::spawn(Arc::clone(server).converse(stream, pace, peer));
    }

    fn warn_of(&self, full: Full, peer: IpAddr) {
        if !self.full.lets(Instant::now()) {
            return;
        }
        match full {
            Full::All => tracing::warn!("connections are refused: MAX_CONNECTIONS are open"),
            Full::Client => tracing::warn!(
                %peer,
                "connections of an address are refused: it has a tenth of MAX_CONNECTIONS; \
                if it is a proxy of yours, put it into TRUSTED_PROXIES"
            ),
        }
    }

    async fn converse<H: Send + Unpin + 'static>(self: Arc<Self>, stream: Stream<H>, pace: Arc<Pace>, peer: IpAddr) {
        let answer = service_fn(|mut request: Request<Incoming>| {
            let in_flight = pace.begin(request.version() == Version::HTTP_2);
            let client = self.proxies.client(peer, request.headers());
            request.extensions_mut().insert(client);
            let answer = self.router.clone().call(request);
            async move { Ok::<_, Infallible>(answer.await?.map(|body| Watched::new(body, in_flight))) }
        });
        let mut connection = pin!(self.protocol.serve(TokioIo::new(stream), answer));
        let mut alarm = Alarm::new(&pace, &self.times);
        let mut stopping = false;
        loop {
            tokio::select! {
                // What came in is read before the alarm decides.
                biased;
                // How it ended is between the client and its network.
                _ = connection.as_mut() => return,
                () = self.cut.cancelled() => return,
                () = self.stop.cancelled(), if !stopping => {
                    stopping = true;
                    connection.as_mut().graceful_shutdown();
                }
                () = alarm.rings() => return,
            }
        }
    }
}
