//! The load: a few clients, each on its own connection and thread, that ask again as soon as they are answered.

use std::io;
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::client::Connection;

pub const CONNECTIONS: usize = 8;

/// Asks for about `period`; the answers a second.
pub fn drive(address: SocketAddr, request: &[u8], period: Duration) -> Outcome<f64> {
    ask(address, CONNECTIONS, period, |connection| connection.ask(request).map(drop))
}

/// As [`drive`], by so many connections, and nothing is kept of the answers.
pub fn drain(address: SocketAddr, request: &[u8], connections: usize, period: Duration) -> Outcome<f64> {
    ask(address, connections, period, |connection| connection.drain(request))
}

fn ask<A>(address: SocketAddr, connections: usize, period: Duration, ask: A) -> Outcome<f64>
where
    A: Fn(&mut Connection) -> io::Result<()> + Sync,
{
    let begin = Instant::now();
    let answers: io::Result<u32> = thread::scope(|scope| {
        let client = || -> io::Result<u32> {
            let mut connection = Connection::open(address)?;
            let mut answers = 0;
            while begin.elapsed() < period {
                ask(&mut connection)?;
                answers += 1;
            }
            Ok(answers)
        };
        let clients: Vec<_> = (0..connections).map(|_| scope.spawn(client)).collect();
        clients.into_iter().map(|client| client.join().map_err(|_| io::Error::other("a client panicked"))?).sum()
    });
    Ok(f64::from(answers?) / begin.elapsed().as_secs_f64())
}
