//! Watches over the sessions of whoever listens: one question for all of them every few seconds, however many sockets
//! and event streams are open. What listens with a session that has ended, ends.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use tokio::time::{sleep, timeout};

use super::client::ClientInfo;
use super::door::Door;
use super::house::House;
use super::listeners::Seat;
use crate::viewer::Viewer;

impl<H: House> Door<H> {
    /// A seat for whoever wants to listen; `None` where they have all that they may have.
    pub fn seat(&self, viewer: Option<&Viewer>, client: &ClientInfo) -> Option<Seat> {
        let seat = self.listeners.take(viewer, client, self.settings.max_listeners)?;
        if self.listeners.wants_watching() {
            tokio::spawn(watch(self.clone()));
        }
        Some(seat)
    }
}

/// Until nobody listens with a session, or the server stops.
async fn watch<H: House>(door: Door<H>) {
    let pause = door.settings.socket.session_check;
    loop {
        tokio::select! {
            // All seats end with it.
            () = door.settings.shutdown.cancelled() => return,
            () = sleep(pause) => {}
        }
        let asked = door.listeners.sessions();
        if asked.is_empty() {
            return;
        }
        // While it cannot be found out who lives, all stay: they learn nothing that they were not told before.
        let found = AssertUnwindSafe(timeout(pause, door.house.living(&asked))).catch_unwind().await;
        if let Ok(Ok(Some(living))) = found {
            door.listeners.keep(&asked, &living);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::Ordering;
    use std::time::Duration;

    use uuid::Uuid;

    use crate::http::ClientInfo;
    use crate::http::door::SocketTimes;
    use crate::http::testing::door;
    use crate::viewer::Viewer;

    fn viewer() -> Viewer {
        let (user_id, session_id) = (Uuid::now_v7(), Uuid::now_v7());
        Viewer { user_id, session_id, username: "ada".into(), language: "en".into() }
    }

    const OFTEN: SocketTimes = SocketTimes { session_check: Duration::from_millis(2), ..SocketTimes::USUAL };

    /// Waits for `done`; the test hangs where it never is.
    async fn until(done: impl Fn() -> bool) {
        while !done() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    #[tokio::test]
    async fn all_sessions_are_asked_after_at_once_and_nobody_is_when_all_have_left() {
        let door = door(Some(OFTEN));
        let client = ClientInfo::default();
        let asked = || door.house.asked.lock().unwrap().clone();
        let seats: Vec<_> = (0..50).map(|_| door.seat(Some(&viewer()), &client).unwrap()).collect();
        until(|| asked().len() >= 3).await;
        drop(seats);
        assert!(asked().iter().all(|sessions| *sessions == 50), "one question a round: {:?}", asked());
        // Who watched sees that there is nothing to watch, and goes.
        until(|| door.listeners.sessions().is_empty() && Arc::strong_count(&door.settings) == 1).await;
        let before = asked().len();
        let _seat = door.seat(Some(&viewer()), &client);
        until(|| asked().len() > before).await;
        assert_eq!(asked().last(), Some(&1));
    }

    #[tokio::test]
    async fn who_lives_stays_and_so_does_everybody_while_that_cannot_be_found_out() {
        let door = door(Some(OFTEN));
        let (ada, bob) = (viewer(), viewer());
        let of = |viewer: &Viewer| door.seat(Some(viewer), &ClientInfo::default()).unwrap();
        let (of_ada, of_bob) = (of(&ada), of(&bob));
        door.house.reachable.store(false, Ordering::SeqCst);
        door.house.ended.lock().unwrap().insert(ada.session_id);
        let rounds = || door.house.asked.lock().unwrap().len();
        let before = rounds();
        until(|| rounds() > before + 2).await;
        assert!(!of_ada.ended().is_cancelled(), "the database is away");
        door.house.reachable.store(true, Ordering::SeqCst);
        of_ada.ended().cancelled().await;
        assert!(!of_bob.ended().is_cancelled());
    }

    #[test]
    fn a_session_that_has_ended_is_found_out_within_five_seconds() {
        // A round waits so long, and then at most so long again for its answer.
        assert!(SocketTimes::USUAL.session_check * 2 < Duration::from_secs(5));
    }
}
