//! The bounds that hold, and the work that is done within them.

use std::future::poll_fn;
use std::io::Write;
use std::pin::pin;
use std::task::Poll;

use super::*;
use crate::pictures::{Format, Output, fixtures};

fn limits() -> Limits {
    Limits { max_bytes: 1 << 20, max_pixels: 1_000_000, formats: Format::ALL.to_vec() }
}

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// Polls a future once: whether it got what it wants without waiting.
async fn is_ready(future: impl Future) -> bool {
    let mut future = pin!(future);
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_ready())).await
}

#[tokio::test]
async fn a_file_is_examined_from_its_beginning() {
    let picture = Pool::new(1 << 20).probe(file(&fixtures::png(20, 10)), limits()).await.unwrap();
    assert_eq!((picture.format, picture.width, picture.height), (Format::Png, 20, 10));
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused() {
    let bytes = fixtures::png(20, 10);
    let limits = Limits { max_bytes: bytes.len() as u64 - 1, ..limits() };
    let max = limits.max_bytes;
    let answer = Pool::new(1 << 20).probe(file(&bytes), limits).await;
    assert!(matches!(answer, Err(ProbeError::Rejected(Rejection::TooLarge { max: m })) if m == max), "{answer:?}");
}

#[tokio::test]
async fn renditions_are_made_from_bytes() {
    let spec = Spec::contain(10, 5, Output::Png);
    let rendition = Pool::new(1 << 20).turn().await.unwrap().render(fixtures::jpeg(20, 10), vec![spec]).await.unwrap();
    assert!(rendition[0].starts_with(b"\x89PNG"));
}

#[tokio::test]
async fn pictures_wait_for_memory_and_one_larger_than_all_of_it_still_gets_its_turn() {
    let pool = Pool::bounded(10 * UNIT, 8, PATIENCE);
    let held = pool.memory(6 * UNIT).await.unwrap();
    assert!(!is_ready(pool.memory(5 * UNIT)).await);
    assert!(is_ready(pool.memory(4 * UNIT)).await);
    drop(held);
    assert!(is_ready(pool.memory(1000 * UNIT)).await);
}

#[tokio::test]
async fn no_more_pictures_are_in_hand_than_there_are_places() {
    let pool = Pool::bounded(UNIT, 1, PATIENCE);
    let held = pool.clone().place().await.unwrap();
    assert!(!is_ready(pool.place()).await);
    drop(held);
    assert!(is_ready(pool.place()).await);
}

#[tokio::test]
async fn originals_are_read_in_turn_and_keep_no_incoming_file_waiting() {
    let pool = Pool::bounded(1 << 20, 1, PATIENCE);
    let held = pool.turn().await.unwrap();
    assert!(!is_ready(pool.turn()).await);
    pool.probe(file(&fixtures::png(20, 10)), limits()).await.unwrap();
    held.render(fixtures::png(20, 10), vec![Spec::contain(10, 5, Output::Png)]).await.unwrap();
    assert!(is_ready(pool.turn()).await);
}

#[tokio::test]
async fn a_panic_is_an_answer_and_gives_everything_back() {
    let pool = Pool::bounded(UNIT, 1, PATIENCE);
    let held = (pool.place().await.unwrap(), pool.memory(UNIT).await.unwrap());
    let answer = pool.work(held, || -> u8 { panic!("a decoder's bug") }).await;
    let Rejection::Corrupt { .. } = Rejection::from(answer.unwrap_err()) else { panic!("a corrupt picture") };
    assert!(is_ready(pool.place()).await && is_ready(pool.memory(UNIT)).await);
}

#[tokio::test]
async fn a_file_is_not_read_before_there_is_memory_for_its_bytes() {
    let pool = Pool::bounded(10 * UNIT, 2, PATIENCE);
    let held = pool.memory(10 * UNIT).await.unwrap();
    let bytes = fixtures::png(20, 10);
    let watched = file(&bytes);
    let mut copy = watched.try_clone().unwrap();
    let at = copy.stream_position().unwrap();
    let mut probe = pin!(pool.probe(watched, limits()));
    assert!(!is_ready(probe.as_mut()).await);
    // A file is read from its beginning: nobody has moved it there.
    assert_eq!((copy.stream_position().unwrap(), at), (at, bytes.len() as u64));
    drop(held);
    assert_eq!(probe.await.unwrap().width, 20);
}

#[tokio::test]
async fn files_that_each_need_the_whole_budget_are_examined_one_after_the_other() {
    let pool = Pool::bounded(UNIT, 8, PATIENCE);
    let examined = (0..20).map(|_| pool.probe(file(&fixtures::jpeg(300, 200)), limits()));
    let examined = futures_util::future::join_all(examined).await;
    assert!(examined.into_iter().all(|picture| picture.unwrap().width == 300));
    assert!(is_ready(pool.memory(UNIT)).await);
}

#[tokio::test]
async fn who_waits_too_long_is_told_so_and_keeps_nothing() {
    let pool = Pool::bounded(UNIT, 1, Duration::ZERO);
    let held = pool.memory(UNIT).await.unwrap();
    let answer = pool.probe(file(&fixtures::png(20, 10)), limits()).await;
    assert!(matches!(answer, Err(ProbeError::TimedOut)), "{answer:?}");
    assert!(is_ready(pool.place()).await);
    drop(held);
}

#[tokio::test]
async fn work_that_nobody_waits_for_any_more_keeps_what_it_holds_until_it_ends() {
    let pool = Pool::bounded(UNIT, 1, PATIENCE);
    let (go_on, told) = std::sync::mpsc::channel::<()>();
    let held = pool.place().await.unwrap();
    assert!(!is_ready(pool.work(held, move || told.recv())).await);
    assert!(!is_ready(pool.place()).await);
    go_on.send(()).unwrap();
    drop(pool.place().await.unwrap());
}

#[tokio::test]
async fn the_bytes_of_a_file_count_against_the_budget() {
    let pool = Pool::bounded(10 * UNIT, 1, PATIENCE);
    let mut bytes = fixtures::jpeg(20, 10);
    bytes.resize(usize::try_from(3 * UNIT).unwrap() + 1, 0);
    let mut probe = pin!(pool.probe(file(&bytes), limits()));
    assert!(!is_ready(probe.as_mut()).await);
    assert_eq!(pool.0.memory.available_permits(), 6);
    assert_eq!(probe.await.unwrap().width, 20);
    assert_eq!(pool.0.memory.available_permits(), 10);
}

#[tokio::test]
async fn it_is_idle_when_nobody_waits_for_anything() {
    let pool = Pool::bounded(1 << 20, 1, PATIENCE);
    assert!(is_ready(pool.idle()).await);
    let held = pool.turn().await.unwrap();
    let mut second = pin!(pool.turn());
    assert!(!is_ready(second.as_mut()).await);
    drop(held);
    assert!(!is_ready(pool.idle()).await);
    drop(second.await);
    assert!(is_ready(pool.idle()).await);
    let place = pool.place().await.unwrap();
    let mut probe = Box::pin(pool.probe(file(&fixtures::png(20, 10)), limits()));
    assert!(!is_ready(probe.as_mut()).await);
    assert!(!is_ready(pool.idle()).await);
    drop((probe, place));
    assert!(is_ready(pool.idle()).await);
}
