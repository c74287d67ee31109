//! Too many log-ins: of a name at an address, of a name, and of an address.

use image_manager::clock::Timestamp;
use serde_json::json;

use super::{MINUTE, at, counted, log_in, many, refusal, rows, wrong};
use crate::support::TestApp;
use crate::support::client::PASSWORD;
use crate::support::ws::Socket;

#[tokio::test]
async fn aliases_of_one_document_are_counted_one_by_one() {
    let app = TestApp::start().await;
    app.register("ada").await;
    let codes = wrong(&app.anonymous(), "ada", 20).await;
    assert_eq!(codes[..10], vec!["INVALID_CREDENTIALS"; 10]);
    assert_eq!(codes[10..], vec!["TOO_MANY_ATTEMPTS"; 10]);
}

#[tokio::test]
async fn the_refusal_says_when_to_try_again_and_then_it_works() {
    let app = TestApp::start().await;
    app.register("ada").await;
    let before = app.clock.now();
    wrong(&app.anonymous(), "ada", 10).await;
    let after = app.clock.now();
    let refused = refusal(&app.anonymous(), &log_in("ada", "eight purple walruses")).await;
    assert_eq!((&refused["__typename"], &refused["path"]), (&json!("RetryLaterError"), &json!([])));
    // The first of the ten leaves the bucket a minute after it came.
    let retry_at = Timestamp::parse_rfc3339(refused["retryAt"].as_str().unwrap()).unwrap();
    assert!(before.plus(MINUTE) <= retry_at && retry_at <= after.plus(MINUTE), "{refused}");
    let message = refused["message"].as_str().unwrap();
    assert!(message.starts_with("Too many attempts. Try again in ") && message.ends_with(" seconds."), "{message}");

    app.clock.advance(MINUTE);
    // One more fits, and no second one; those that were refused do not count.
    assert_eq!(wrong(&app.anonymous(), "ada", 2).await, ["INVALID_CREDENTIALS", "TOO_MANY_ATTEMPTS"]);
    app.clock.advance(MINUTE);
    assert!(app.anonymous().login("ada", PASSWORD).await.refusals("login").is_empty());
}

#[tokio::test]
async fn the_right_password_is_refused_like_a_wrong_one_and_an_unknown_name_like_a_known_one() {
    let app = TestApp::start().await;
    app.register("ada").await;
    let mut refusals = Vec::new();
    for name in ["ada", "bob"] {
        assert_eq!(counted(&wrong(&app.anonymous(), name, 10).await, "INVALID_CREDENTIALS"), 10);
        for password in [PASSWORD, "eight purple walruses"] {
            let mut refused = refusal(&app.anonymous(), &log_in(name, password)).await;
            for field in ["retryAt", "message"] {
                assert!(refused[field].take().is_string());
            }
            refusals.push(refused);
        }
    }
    assert_eq!(refusals[0]["code"], "TOO_MANY_ATTEMPTS");
    assert!(refusals.iter().all(|refused| *refused == refusals[0]), "{refusals:?}");
    // However it is written: it is the same name.
    assert_eq!(wrong(&app.anonymous(), " ADA ", 1).await, ["TOO_MANY_ATTEMPTS"]);
}

#[tokio::test]
async fn what_is_refused_asks_nothing_about_the_account() {
    let app = TestApp::start().await;
    app.register("ada").await;
    let password = "eight purple walruses";
    wrong(&app.anonymous(), "ada", 10).await;
    let (mut fewest, mut client) = (u64::MAX, app.anonymous());
    for _ in 0..3 {
        // The background may send statements of its own.
        let (statements, answer) = app.statements(client.login("ada", password)).await;
        assert_eq!(answer.refusals("login"), ["TOO_MANY_ATTEMPTS"]);
        fewest = fewest.min(statements);
    }
    // The address is counted; the name at this address is asked, and read for the time. No account, no hash.
    assert_eq!(fewest, 3);
}

#[tokio::test]
async fn another_address_and_another_name_are_not_held_up() {
    let app = TestApp::start().await;
    app.register("ada").await;
    app.register("bob").await;
    assert_eq!(counted(&wrong(&app.anonymous(), "ada", 11).await, "TOO_MANY_ATTEMPTS"), 1);
    assert!(at(&app, "127.0.0.2").login("ada", PASSWORD).await.refusals("login").is_empty());
    assert!(app.anonymous().login("bob", PASSWORD).await.refusals("login").is_empty());
    assert_eq!(wrong(&app.anonymous(), "ada", 1).await, ["TOO_MANY_ATTEMPTS"]);
}

#[tokio::test]
async fn a_log_in_that_succeeds_takes_the_count_back() {
    let app = TestApp::start().await;
    app.register("ada").await;
    for _ in 0..3 {
        assert_eq!(counted(&wrong(&app.anonymous(), "ada", 9).await, "INVALID_CREDENTIALS"), 9);
        assert!(app.anonymous().login("ada", PASSWORD).await.refusals("login").is_empty());
    }
    assert_eq!(counted(&wrong(&app.anonymous(), "ada", 11).await, "INVALID_CREDENTIALS"), 10);
}

#[tokio::test]
async fn a_socket_counts_with_everything_else() {
    let app = TestApp::start().await;
    let mut socket = Socket::of(&app.anonymous()).await;
    let document = format!("mutation {{ {} {{ errors {{ code }} }} }}", log_in("ada", "eight purple walruses"));
    for number in 0..10 {
        let id = number.to_string();
        socket.subscribe(&id, &document, json!({})).await;
        let answer = socket.next().await;
        assert_eq!(answer["payload"]["data"]["login"]["errors"][0]["code"], "INVALID_CREDENTIALS", "{answer}");
        assert_eq!(socket.next().await, json!({ "type": "complete", "id": id }));
    }
    assert_eq!(wrong(&app.anonymous(), "ada", 1).await, ["TOO_MANY_ATTEMPTS"]);
}

#[tokio::test]
async fn one_address_cannot_try_one_password_on_all_names() {
    let app = TestApp::start().await;
    // Too long a password is wrong without the work of a hash.
    let password = "x".repeat(300);
    let mut codes = Vec::new();
    while codes.len() < 200 && counted(&codes, "TOO_MANY_ATTEMPTS") == 0 {
        codes.extend(many(&app.anonymous(), &log_in(&format!("name{}", codes.len()), &password), 1).await);
    }
    assert_eq!(codes[..100], vec!["INVALID_CREDENTIALS"; 100]);
    // Time goes on meanwhile, and one more fits every three seconds.
    assert!((101..200).contains(&codes.len()), "{}", codes.len());
    // What an address makes of rows is bounded: one for itself, two for each name that it could try.
    assert_eq!(rows(&app).await, 1 + 2 * (codes.len() as u64 - 1));
}

#[tokio::test]
async fn many_addresses_cannot_try_all_passwords_on_one_name() {
    let app = TestApp::start().await;
    let password = "x".repeat(300);
    for place in 1..=10 {
        let client = at(&app, &format!("127.0.1.{place}"));
        assert_eq!(counted(&many(&client, &log_in("ada", &password), 10).await, "INVALID_CREDENTIALS"), 10);
    }
    let client = at(&app, "127.0.1.11");
    let codes = many(&client, &log_in("ada", &password), 10).await;
    assert!(counted(&codes, "TOO_MANY_ATTEMPTS") >= 5, "{codes:?}");
    assert_eq!(many(&client, &log_in("bob", &password), 1).await, ["INVALID_CREDENTIALS"]);
}
