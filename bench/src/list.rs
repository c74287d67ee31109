//! The query `images`, with all that a gallery shows of 50 images: the real server against the floor, in one process,
//! on one PostgreSQL, over real sockets, by the same clients, in turns.

use std::net::SocketAddr;
use std::time::Duration;

use clap::{Args, Command, FromArgMatches};
use image_manager::accounts::{Client, NewAccount};
use image_manager::app::{self, App};
use image_manager::clock::Clock;
use image_manager::config::Settings;
use image_manager::secrets::Keys;
use serde_json::json;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::client::{self, Connection};
use crate::report::{Row, Spread};
use crate::{Outcome, floor, load, seed};

const ROUNDS: usize = 12;
/// Of one side in one round.
const TURN: Duration = Duration::from_secs(2);

/// Of the floor's requests a second.
const TARGET: f64 = 0.7;

const SECRET: &str = "a secret for benches, of 32 characters at least";

const PAGE: &str = "query Page { images(first: 50) {
    nodes {
        id filename owner { id username }
        rendition(transform: { width: 400 }) { url width height }
        description altText latestAnalysis { id status }
    }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
} }";

/// Both sides, running.
struct Sides {
    server: SocketAddr,
    floor: SocketAddr,
    request: Vec<u8>,
    _data: TempDir,
}

pub fn measure(database: &str) -> Outcome<Vec<Row>> {
    let runtime = Runtime::new()?;
    let sides = runtime.block_on(start(database))?;
    check(&sides)?;
    for address in [sides.server, sides.floor] {
        load::drive(address, &sides.request, TURN)?;
    }
    let (mut server, mut floor, mut ratio) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        // Who goes first changes, so that what drifts hits both alike.
        let (ours, plain) = if round % 2 == 0 {
            let ours = load::drive(sides.server, &sides.request, TURN)?;
            (ours, load::drive(sides.floor, &sides.request, TURN)?)
        } else {
            let plain = load::drive(sides.floor, &sides.request, TURN)?;
            (load::drive(sides.server, &sides.request, TURN)?, plain)
        };
        server.push(ours);
        floor.push(plain);
        ratio.push(ours / plain);
    }
    runtime.shutdown_background();
    let result = Spread::of(ratio);
    let speed = |what: &str, values| Row {
        what: what.to_owned(),
        target: "-".to_owned(),
        result: Spread::of(values),
        unit: "/s",
        decimals: 0,
        met: None,
    };
    Ok(vec![
        Row {
            what: "images(first: 50), server : floor".to_owned(),
            target: format!("at least {TARGET}"),
            result,
            unit: "",
            decimals: 2,
            met: Some(result.median >= TARGET),
        },
        speed("  the server", server),
        speed("  the floor", floor),
    ])
}

async fn start(database: &str) -> Outcome<Sides> {
    // A second installation of the TLS provider is refused, and does no harm.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let data = tempfile::tempdir()?;
    let folder = data.path().display().to_string();
    let matches = Settings::augment_args(Command::new("bench")).try_get_matches_from([
        "bench",
        "--database-url",
        database,
        "--secret-key",
        SECRET,
        "--data-dir",
        &folder,
        "--public-url",
        "http://localhost:8000",
        // Counted, and never reached.
        "--rate-limit",
        "1000000000000",
    ])?;
    let config = Settings::from_arg_matches(&matches)?.check()?;
    let public_url = config.public_url.to_string();

    let clock = Clock::default();
    let app = Box::pin(App::build(config, clock.clone())).await?;
    let (ada, token) = register(&app, "ada").await?;
    let (grace, _) = register(&app, "grace").await?;
    seed::fill(&app.db, [ada, grace], clock.now()).await?;

    let (ours, plain) = (listener().await?, listener().await?);
    let (server, floor) = (ours.local_addr()?, plain.local_addr()?);
    tokio::spawn(app::run(app, ours, std::future::pending()));
    let (database, keys) = (database.to_owned(), Keys::derive(&SECRET.to_owned().into()));
    tokio::spawn(async move {
        if let Err(error) = floor::serve(plain, &database, &keys, &public_url).await {
            eprintln!("the floor ended: {error}");
        }
    });
    let request = client::post(Some(&token), &json!({ "query": PAGE }));
    Ok(Sides { server, floor, request, _data: data })
}

async fn listener() -> Outcome<TcpListener> {
    Ok(TcpListener::bind("127.0.0.1:0").await?)
}

async fn register(app: &App, username: &str) -> Outcome<(uuid::Uuid, String)> {
    let new = NewAccount {
        username: username.to_owned(),
        email: format!("{username}@example.org"),
        password: "nine purple walruses".to_owned().into(),
    };
    let session = app.accounts.register(new, Client::default()).await?;
    Ok((session.user.id, session.access_token))
}

/// Both give the same answer, byte for byte, or there is nothing to compare.
fn check(sides: &Sides) -> Outcome<()> {
    let ours = Connection::open(sides.server)?.ask(&sides.request)?.to_vec();
    let plain = Connection::open(sides.floor)?.ask(&sides.request)?.to_vec();
    if ours == plain {
        return Ok(());
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(&bytes[..bytes.len().min(1500)]).into_owned();
    Err(format!("the answers differ\nserver: {}\nfloor:  {}", text(&ours), text(&plain)).into())
}
