//! Who listens: every open socket and every event stream has a seat. Seats are counted by person, or by address where
//! nobody is signed in, and know their session, so that they end with it.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::client::Asker;
use super::client::ClientInfo;
use super::rate::Principal;
use crate::viewer::Viewer;

/// All seats of this process. Cheap to clone. It holds nothing of whoever has left.
#[derive(Clone, Debug)]
pub struct Listeners {
    /// Cancelled when the server stops, and all seats with it.
    shutdown: CancellationToken,
    seats: Arc<Mutex<Seats>>,
}

#[derive(Debug, Default)]
struct Seats {
    taken: HashMap<Principal, usize>,
    sessions: HashMap<Uuid, Session>,
    /// Somebody asks after the sessions.
    watched: bool,
}

#[derive(Debug)]
struct Session {
    seats: usize,
    ended: CancellationToken,
}

impl Listeners {
    pub fn new(shutdown: CancellationToken) -> Self {
        Self { shutdown, seats: Arc::default() }
    }

    /// A seat, of which a person or an address has at most `most`.
    pub fn take(&self, viewer: Option<&Viewer>, client: &ClientInfo, most: usize) -> Option<Seat> {
        let who = Asker { viewer, client }.principal();
        let mut seats = self.lock();
        let taken = seats.taken.entry(who).or_default();
        if *taken >= most {
            return None;
        }
        *taken += 1;
        let session = viewer.map(|viewer| viewer.session_id);
        let ended = match session {
            None => self.shutdown.clone(),
            Some(id) => {
                let new = || Session { seats: 0, ended: self.shutdown.child_token() };
                let session = seats.sessions.entry(id).or_insert_with(new);
                session.seats += 1;
                session.ended.clone()
            }
        };
        Some(Seat { listeners: self.clone(), who, session, ended })
    }

    /// True for the one caller that is to watch the sessions from now on.
    pub fn wants_watching(&self) -> bool {
        let mut seats = self.lock();
        let wanted = !seats.watched && !seats.sessions.is_empty();
        seats.watched |= wanted;
        wanted
    }

    /// The sessions that somebody listens with. None of them: nobody watches any more.
    pub fn sessions(&self) -> Vec<Uuid> {
        let mut seats = self.lock();
        seats.watched = !seats.sessions.is_empty();
        seats.sessions.keys().copied().collect()
    }

    /// Ends the seats of those `asked` sessions that are not among the living.
    pub fn keep(&self, asked: &[Uuid], living: &HashSet<Uuid>) {
        let seats = self.lock();
        for id in asked.iter().filter(|id| !living.contains(id)) {
            if let Some(session) = seats.sessions.get(id) {
                session.ended.cancel();
            }
        }
    }

    /// How many seats are taken.
    pub fn count(&self) -> usize {
        self.lock().taken.values().sum()
    }

    fn lock(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Held as long as somebody listens; dropping it frees the seat.
#[derive(Debug)]
pub struct Seat {
    listeners: Listeners,
    who: Principal,
    session: Option<Uuid>,
    ended: CancellationToken,
}

impl Seat {
    /// Cancelled when the session has ended, and when the server stops.
    pub fn ended(&self) -> &CancellationToken {
        &self.ended
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.listeners.lock();
        if let Entry::Occupied(mut taken) = seats.taken.entry(self.who) {
            *taken.get_mut() -= 1;
            if *taken.get() == 0 {
                taken.remove();
            }
        }
        if let Some(Entry::Occupied(mut session)) = self.session.map(|id| seats.sessions.entry(id)) {
            session.get_mut().seats -= 1;
            if session.get().seats == 0 {
                session.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn viewer() -> Viewer {
        let (user_id, session_id) = (Uuid::now_v7(), Uuid::now_v7());
        Viewer { user_id, session_id, username: "ada".into(), language: "en".into() }
    }

    fn at(address: &str) -> ClientInfo {
        let mut client = ClientInfo::default();
        client.ip = Some(address.parse().unwrap());
        client
    }

    #[test]
    fn seats_are_counted_by_person_and_without_one_by_address() {
        let listeners = Listeners::new(CancellationToken::new());
        let ada = viewer();
        let elsewhere = Viewer { session_id: Uuid::now_v7(), ..ada.clone() };
        let (one, other) = (at("192.0.2.1"), at("192.0.2.2"));
        let first = listeners.take(Some(&ada), &one, 2);
        let second = listeners.take(Some(&elsewhere), &other, 2);
        assert!(first.is_some() && second.is_some());
        assert!(listeners.take(Some(&ada), &one, 2).is_none(), "on whatever session, from whatever address");
        assert!(listeners.take(Some(&viewer()), &one, 2).is_some(), "another person has seats of their own");
        let nobody = listeners.take(None, &one, 1);
        assert!(nobody.is_some(), "who is not signed in is somebody else than who is");
        assert!(listeners.take(None, &one, 1).is_none());
        assert!(listeners.take(None, &other, 1).is_some());
        drop(first);
        assert!(listeners.take(Some(&ada), &one, 2).is_some(), "a seat that was left is free");
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let listeners = Listeners::new(CancellationToken::new());
        let _seat = listeners.take(None, &at("2001:db8:1:2::1"), 1);
        assert!(listeners.take(None, &at("2001:db8:1:2:ffff::7"), 1).is_none());
        assert!(listeners.take(None, &at("2001:db8:1:3::1"), 1).is_some());
    }

    #[test]
    fn nothing_is_held_of_whoever_has_left() {
        let listeners = Listeners::new(CancellationToken::new());
        let (ada, client) = (viewer(), at("192.0.2.1"));
        let seats = [listeners.take(Some(&ada), &client, 9), listeners.take(Some(&ada), &client, 9)];
        let nobody = listeners.take(None, &client, 9);
        assert_eq!((listeners.count(), listeners.sessions().len()), (3, 1));
        drop((seats, nobody));
        let held = listeners.lock();
        assert!(held.taken.is_empty() && held.sessions.is_empty(), "{held:?}");
    }

    #[test]
    fn only_the_seats_of_ended_sessions_end() {
        let shutdown = CancellationToken::new();
        let listeners = Listeners::new(shutdown.clone());
        let (ada, bob) = (viewer(), viewer());
        let seat = |viewer: Option<&Viewer>| listeners.take(viewer, &ClientInfo::default(), 9).unwrap();
        let (of_ada, of_bob, late, nobodys) = (seat(Some(&ada)), seat(Some(&bob)), seat(Some(&viewer())), seat(None));
        listeners.keep(&[ada.session_id, bob.session_id], &HashSet::from([bob.session_id]));
        let ended = [&of_ada, &of_bob, &late, &nobodys].map(|seat| seat.ended().is_cancelled());
        assert_eq!(ended, [true, false, false, false], "one that was not asked after stays");
        shutdown.cancel();
        assert!(of_bob.ended().is_cancelled() && nobodys.ended().is_cancelled());
    }

    #[test]
    fn one_watches_and_only_while_there_is_something_to_watch() {
        let listeners = Listeners::new(CancellationToken::new());
        let nobody = listeners.take(None, &ClientInfo::default(), 9);
        assert!(!listeners.wants_watching(), "nobody has no session");
        let seat = listeners.take(Some(&viewer()), &ClientInfo::default(), 9);
        assert!(listeners.wants_watching());
        assert!(!listeners.wants_watching(), "one is enough");
        drop((seat, nobody));
        assert!(listeners.sessions().is_empty(), "now nobody watches");
        let _seat = listeners.take(Some(&viewer()), &ClientInfo::default(), 9);
        assert!(listeners.wants_watching());
    }
}
