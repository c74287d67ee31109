//! Resuming: a client that was away hears what it missed.

use std::collections::HashSet;
use std::time::Duration;

use image_manager::clock::Timestamp;
use image_manager::db::ids::Kind;
use serde_json::{Value, json};

use super::{ask, event, follow, outcome, until};
use crate::support::ws::Socket;
use crate::support::{TestApp, rows};

#[tokio::test]
async fn a_client_that_comes_back_misses_no_final_state_and_hears_nothing_old() {
    let app = TestApp::with_ai().await;
    let ada = app.register("ada").await;
    let image = ada.picture().await;
    let mut socket = Socket::of(&ada).await;
    follow(&mut socket, "1", json!({ "all": true }), None).await;
    let (mut known, mut cursor) = (String::new(), Value::Null);
    for _ in 0..2 {
        // What was told within the last seconds may be told again: that it comes at least once is what is promised.
        app.clock.advance(Duration::from_secs(10));
        known = ask(&ada, &image).await;
        cursor = loop {
            let event = event(&mut socket).await;
            if event["status"] == "COMPLETED" {
                break event["cursor"].clone();
            }
        };
    }
    drop(socket);

    let missed = [ask(&ada, &image).await, ask(&ada, &ada.picture().await).await];
    for id in &missed {
        outcome(&ada, id).await;
    }
    let mut socket = Socket::of(&ada).await;
    follow(&mut socket, "1", json!({ "all": true }), Some(&cursor)).await;
    let mut heard = HashSet::new();
    while !missed.iter().all(|id| heard.contains(id)) {
        let event = event(&mut socket).await;
        assert_eq!(event["status"], "COMPLETED");
        heard.insert(event["analysis"]["id"].as_str().unwrap().to_owned());
    }
    heard.remove(&known);
    assert_eq!(heard, HashSet::from(missed));
    // What comes next is new.
    let next = ask(&ada, &image).await;
    assert_eq!(event(&mut socket).await["analysis"]["id"], next);
}

#[tokio::test]
async fn however_much_was_missed_all_of_it_is_told_oldest_first() {
    let app = TestApp::with_ai().await;
    let (ada, ai) = (app.register("ada").await, app.scripted_ai());
    let image = ada.picture().await;
    let first = ask(&ada, &image).await;
    outcome(&ada, &first).await;
    let mut socket = Socket::of(&ada).await;
    follow(&mut socket, "1", json!({ "analysisId": first }), None).await;
    let cursor = event(&mut socket).await["cursor"].clone();

    // An unfinished one, and 250 that were finished before it began, some in the same millisecond.
    app.clock.advance(Duration::from_secs(10));
    let start = app.clock.now().0;
    let row = rows::images(&app.app).await.remove(0);
    let mut missed: Vec<_> = (0..250).map(|_| rows::analysis(&row)).collect();
    for (number, analysis) in (0..).zip(&mut missed) {
        analysis.updated_at = Timestamp(start + number / 3);
    }
    rows::insert_analyses(&app.app, &missed).await;
    app.clock.advance(Duration::from_secs(10));
    ai.hold();
    let open = ask(&ada, &image).await;
    ai.arrived(2).await;
    missed.sort_by_key(|analysis| (analysis.updated_at, analysis.id));
    let expected: Vec<_> = missed.iter().map(|analysis| Kind::Analysis.encode(analysis.id)).collect();

    for of in [json!({ "all": true }), json!({ "imageId": image })] {
        let mut socket = Socket::of(&ada).await;
        follow(&mut socket, "1", of, Some(&cursor)).await;
        let mut heard = Vec::new();
        while heard.last() != Some(&open) {
            heard.push(event(&mut socket).await["analysis"]["id"].as_str().unwrap().to_owned());
        }
        heard.retain(|id| *id != first);
        assert_eq!(heard.pop(), Some(open.clone()), "what is unfinished comes after what was missed");
        assert_eq!(heard, expected);
    }
    ai.open();
}

#[tokio::test]
async fn a_cursor_that_is_none_is_a_bad_request() {
    let app = TestApp::with_ai().await;
    let (ada, bob) = (app.register("ada").await, app.register("bob").await);
    let image = ada.picture().await;
    let mut socket = Socket::of(&ada).await;
    follow(&mut socket, "1", json!({ "all": true }), None).await;
    // Held, or the first event might be the last one too.
    app.scripted_ai().hold();
    ask(&ada, &image).await;
    let cursor = event(&mut socket).await["cursor"].clone();
    app.scripted_ai().open();
    until(&mut socket, "COMPLETED").await;
    let list = ada.query("{ images { pageInfo { endCursor } } }").await.data("images");

    let mut theirs = Socket::of(&bob).await;
    follow(&mut theirs, "1", json!({ "all": true }), Some(&cursor)).await;
    assert_eq!(theirs.next().await["payload"][0]["extensions"]["code"], "BAD_REQUEST");
    for (number, other) in [list["pageInfo"]["endCursor"].clone(), json!("junk"), json!("")].iter().enumerate() {
        follow(&mut socket, &format!("other {number}"), json!({ "all": true }), Some(other)).await;
        let error: Value = socket.next().await;
        assert_eq!(
            (&error["type"], &error["payload"][0]["extensions"]["code"]),
            (&json!("error"), &json!("BAD_REQUEST"))
        );
    }
}
