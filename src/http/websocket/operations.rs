//! The operations that run on one socket. Whoever owns them asks for the next message when the last one is written, so
//! nothing piles up; one that is stopped is gone at once.

use std::future::poll_fn;
use std::task::{Context, Poll};

use async_graphql::ServerError;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;

use super::message::Outgoing;
use crate::http::execute::Outcome;
use crate::http::problem::Problem;

struct Operation {
    id: Box<str>,
    outcomes: BoxStream<'static, Outcome>,
}

/// In the order in which they are asked, each in its turn.
#[derive(Default)]
pub struct Operations {
    running: Vec<Operation>,
    /// Whose turn it is.
    turn: usize,
}

impl Operations {
    pub fn count(&self) -> usize {
        self.running.len()
    }

    pub fn runs(&self, id: &str) -> bool {
        self.running.iter().any(|operation| *operation.id == *id)
    }

    /// `id` must not run.
    pub fn start(&mut self, id: String, outcomes: BoxStream<'static, Outcome>) {
        self.running.push(Operation { id: id.into_boxed_str(), outcomes });
    }

    /// Does nothing where it does not run.
    pub fn stop(&mut self, id: &str) {
        self.running.retain(|operation| *operation.id != *id);
        self.running.shrink_to(1);
    }

    /// The next message to send: `next` for each result and `complete`, or `error` and nothing more. Waits while there
    /// is none; nothing is lost where the wait is broken off.
    pub async fn next(&mut self) -> String {
        poll_fn(|context| self.poll_next(context)).await
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<String> {
        for _ in 0..self.running.len() {
            let at = self.turn % self.running.len();
            let Operation { id, outcomes } = &mut self.running[at];
            let (text, over) = match outcomes.poll_next_unpin(context) {
                Poll::Pending => {
                    self.turn = at + 1;
                    continue;
                }
                Poll::Ready(Some(Outcome::Data(response))) => {
                    (to_text(&Outgoing::Next { id, payload: &response }), false)
                }
                Poll::Ready(Some(Outcome::Refused { errors, .. })) => {
                    (to_text(&Outgoing::Error { id, payload: &errors }), true)
                }
                Poll::Ready(None) => (to_text(&Outgoing::Complete { id }), true),
            };
            self.turn = at + 1;
            if over {
                self.running.remove(at);
                self.turn = at;
            }
            return Poll::Ready(text);
        }
        Poll::Pending
    }
}

/// A message as it is sent.
pub fn to_text(message: &Outgoing<'_>) -> String {
    serde_json::to_string(message).unwrap_or_else(|error| {
        // A map with keys that are no strings, or a float that is none: nothing of ours can be so.
        tracing::error!(%error, "a message could not be written as JSON");
        let id = match message {
            Outgoing::Next { id, .. } | Outgoing::Error { id, .. } | Outgoing::Complete { id } => *id,
            _ => return String::new(),
        };
        let payload: ServerError = Problem::internal().into();
        serde_json::to_string(&Outgoing::Error { id, payload: &[payload] }).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use async_graphql::{Response, Value};
    use futures_util::{FutureExt, stream};

    use super::*;

    fn results(count: i32) -> BoxStream<'static, Outcome> {
        stream::iter(0..count).map(|number| Outcome::Data(Response::new(Value::from(number)))).boxed()
    }

    fn told(operations: &mut Operations) -> Vec<String> {
        std::iter::from_fn(|| operations.next().now_or_never()).collect()
    }

    #[test]
    fn operations_take_turns_and_each_comes_to_its_end() {
        let mut operations = Operations::default();
        operations.start("a".into(), results(2));
        operations.start("b".into(), stream::pending().boxed());
        operations.start("c".into(), results(1));
        let kinds: Vec<_> = told(&mut operations).iter().map(|text| text[9..text.len().min(24)].to_owned()).collect();
        assert_eq!(
            kinds,
            [
                "next\",\"id\":\"a\",",
                "next\",\"id\":\"c\",",
                "next\",\"id\":\"a\",",
                "complete\",\"id\":",
                "complete\",\"id\":"
            ]
        );
        assert_eq!((operations.count(), operations.runs("b"), operations.runs("a")), (1, true, false));
    }

    #[test]
    fn one_that_never_rests_leaves_the_others_their_turn() {
        let mut operations = Operations::default();
        let endless = stream::repeat_with(|| Outcome::Data(Response::new(Value::from(7)))).boxed();
        operations.start("busy".into(), endless);
        operations.start("short".into(), results(1));
        let four: Vec<_> = (0..4).filter_map(|_| operations.next().now_or_never()).collect();
        assert!(four.iter().any(|text| text.contains("complete")), "{four:?}");
    }

    #[test]
    fn one_that_is_stopped_is_dropped_at_once_and_tells_nothing() {
        let mut operations = Operations::default();
        let alive = std::sync::Arc::new(());
        let held = alive.clone();
        operations.start(
            "a".into(),
            stream::once(async move {
                drop(held);
                Outcome::Data(Response::default())
            })
            .boxed(),
        );
        operations.stop("unknown");
        assert_eq!((operations.count(), std::sync::Arc::strong_count(&alive)), (1, 2));
        operations.stop("a");
        assert_eq!((operations.count(), std::sync::Arc::strong_count(&alive)), (0, 1));
        assert!(told(&mut operations).is_empty());
    }
}
