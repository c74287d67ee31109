//! Too many attempts: each is counted, whoever is asked for, on all replicas together; and what is refused costs nothing
//! and tells nothing.

use std::time::Duration;

use futures_util::future::join_all;
use image_manager::clock::Timestamp;
use image_manager::db::entities::attempt;
use sea_orm::{EntityTrait, IntoActiveModel, PaginatorTrait};
use serde_json::{Value, json};

use super::{pairs, refresh, told};
use crate::support::TestApp;
use crate::support::client::{Client, PASSWORD};

const MINUTE: Duration = Duration::from_mins(1);

/// Somebody at another address of this machine.
fn at(app: &TestApp, address: &str) -> Client {
    let http = reqwest::Client::builder().local_address(Some(address.parse().unwrap())).build().unwrap();
    Client { http, ..app.anonymous() }
}

/// The codes of `count` attempts of one mutation in one document, by alias.
async fn many(client: &Client, field: &str, count: usize) -> Vec<String> {
    let fields: String = (0..count).map(|number| format!("a{number}: {field} {{ ...E }} ")).collect();
    let payload = field.split('(').next().map(|name| format!("{}{}Payload", name[..1].to_uppercase(), &name[1..]));
    let document = format!("mutation {{ {fields} }} fragment E on {} {{ errors {{ code }} }}", payload.unwrap());
    let answer = client.query(&document).await;
    let code = |payload: &Value| payload["errors"][0]["code"].as_str().unwrap_or("DONE").to_owned();
    (0..count).map(|number| code(&answer.data(&format!("a{number}")))).collect()
}

fn log_in(login: &str, password: &str) -> String {
    format!(r#"login(input: {{ login: "{login}", password: "{password}" }})"#)
}

async fn wrong(client: &Client, login: &str, count: usize) -> Vec<String> {
    many(client, &log_in(login, "eight purple walruses"), count).await
}

fn counted(codes: &[String], code: &str) -> usize {
    codes.iter().filter(|found| *found == code).count()
}

/// The first error of a mutation with all that it tells.
async fn refusal(client: &Client, field: &str) -> Value {
    let document = format!(
        "mutation {{ it: {field} {{ errors {{ __typename code message path ... on RetryLaterError {{ retryAt }} }} }} }}"
    );
    client.query(&document).await.data("it")["errors"][0].clone()
}

async fn rows(app: &TestApp) -> u64 {
    attempt::Entity::find().count(app.app.db.read()).await.unwrap()
}

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
async fn replicas_count_together() {
    let app = TestApp::start().await;
    let replica = app.replica().await;
    assert_eq!(counted(&wrong(&app.anonymous(), "ada", 6).await, "INVALID_CREDENTIALS"), 6);
    assert_eq!(counted(&wrong(&replica.anonymous(), "ada", 6).await, "INVALID_CREDENTIALS"), 4);
}

#[tokio::test]
async fn of_many_at_once_on_two_replicas_no_more_than_the_burst_get_through() {
    let app = TestApp::start().await;
    let replica = app.replica().await;
    let clients: Vec<Client> = (0..30).map(|n| if n % 2 == 0 { &app } else { &replica }.anonymous()).collect();
    let codes: Vec<String> =
        join_all(clients.iter().map(|client| wrong(client, "ada", 1))).await.into_iter().flatten().collect();
    assert_eq!((counted(&codes, "INVALID_CREDENTIALS"), counted(&codes, "TOO_MANY_ATTEMPTS")), (10, 20), "{codes:?}");
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

#[tokio::test]
async fn registrations_are_counted_by_the_asked_for_address_and_by_place() {
    let app = TestApp::start().await;
    app.register("ada").await;
    // Refused as weak without much work, whether somebody has the address or not.
    let field = |email: &str| format!(r#"register(input: {{ username: "x", email: "{email}", password: "short" }})"#);
    for email in ["ada@example.org", "nobody@example.org"] {
        let codes = many(&app.anonymous(), &field(email), 12).await;
        let allowed = if email.starts_with("ada") { 9 } else { 10 };
        assert_eq!(counted(&codes, "INVALID_INPUT"), allowed, "{email}");
        assert_eq!(counted(&codes, "TOO_MANY_ATTEMPTS"), 12 - allowed, "{email}");
    }
    for number in 0..8 {
        many(&app.anonymous(), &field(&format!("{number}@example.org")), 10).await;
    }
    // A place has a hundred: so many were tried, and 5 that were refused for their address counted here too.
    let refused = refusal(&app.anonymous(), &field("new@example.org")).await;
    assert_eq!(refused["code"], "TOO_MANY_ATTEMPTS", "{refused}");
    assert_eq!(refusal(&at(&app, "127.0.0.2"), &field("new@example.org")).await["code"], "INVALID_INPUT");
}

#[tokio::test]
async fn refreshes_are_counted_by_person_and_by_place() {
    let app = TestApp::start().await;
    let (mut ada, bob) = (app.register("ada").await, app.register("bob").await);
    for number in 0..60 {
        let answer = refresh(&app.anonymous(), ada.refresh_token.as_ref().unwrap()).await;
        assert_eq!(told(&answer, "refresh"), [], "{number}");
        ada.keep(&answer.data("refresh")["session"]);
    }
    let token = ada.refresh_token.clone().unwrap();
    // It may have taken so long that one more fits.
    let mut answer = refresh(&app.anonymous(), &token).await;
    for _ in 0..3 {
        if told(&answer, "refresh").is_empty() {
            ada.keep(&answer.data("refresh")["session"]);
            answer = refresh(&app.anonymous(), ada.refresh_token.as_ref().unwrap()).await;
        }
    }
    assert_eq!(told(&answer, "refresh"), pairs(&[("TOO_MANY_ATTEMPTS", "")]));
    // The session goes on, and nobody else is held up.
    assert_eq!(super::username(&ada).await.as_deref(), Some("ada"));
    let answer = refresh(&app.anonymous(), bob.refresh_token.as_ref().unwrap()).await;
    assert_eq!(told(&answer, "refresh"), []);
    app.clock.advance(Duration::from_secs(10));
    let answer = refresh(&app.anonymous(), ada.refresh_token.as_ref().unwrap()).await;
    assert_eq!(told(&answer, "refresh"), []);

    let field = r#"refresh(input: { refreshToken: "imr_guessed" })"#;
    let mut codes = Vec::new();
    for _ in 0..70 {
        codes.extend(many(&app.anonymous(), field, 10).await);
    }
    assert!(counted(&codes, "TOKEN_INVALID") >= 500 && counted(&codes, "TOO_MANY_ATTEMPTS") >= 10, "{codes:?}");
}

#[tokio::test]
async fn an_old_token_is_of_no_use_against_its_owner() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let mut elsewhere = app.anonymous();
    elsewhere.login("ada", PASSWORD).await;
    ada.query("mutation { logout { errors { code } } }").await.refusals("logout");
    let field = format!(r#"refresh(input: {{ refreshToken: "{}" }})"#, ada.refresh_token.unwrap());
    for _ in 0..7 {
        assert_eq!(counted(&many(&app.anonymous(), &field, 10).await, "TOKEN_INVALID"), 10);
    }
    let answer = refresh(&app.anonymous(), elsewhere.refresh_token.as_ref().unwrap()).await;
    assert_eq!(told(&answer, "refresh"), []);
}

#[tokio::test]
async fn logging_out_is_not_counted() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let before = rows(&app).await;
    assert_eq!(ada.query("mutation { logout { errors { code } } }").await.refusals("logout"), Vec::<String>::new());
    assert_eq!(rows(&app).await, before);
}

#[tokio::test]
async fn neither_names_nor_addresses_are_in_the_table() {
    let app = TestApp::start().await;
    wrong(&app.anonymous(), "ada", 1).await;
    let kept = attempt::Entity::find().all(app.app.db.read()).await.unwrap();
    assert_eq!(kept.len(), 3);
    for row in kept {
        assert!(row.key.len() == 32 && row.key.bytes().all(|byte| byte.is_ascii_hexdigit()), "{row:?}");
    }
}

#[tokio::test]
async fn what_no_longer_counts_is_swept_and_nothing_else() {
    let app = TestApp::start().await;
    let now = app.clock.now();
    let row = |number: usize| attempt::Model { key: format!("old{number}"), tat: now.minus(MINUTE) };
    // More than one statement takes.
    let old = (0..1_200).map(|number| row(number).into_active_model());
    attempt::Entity::insert_many(old).exec_without_returning(app.app.db.write()).await.unwrap();
    assert_eq!(counted(&wrong(&app.anonymous(), "ada", 10).await, "INVALID_CREDENTIALS"), 10);
    app.app.accounts.sweep().await.unwrap();
    assert_eq!(rows(&app).await, 3);
    assert_eq!(wrong(&app.anonymous(), "ada", 1).await, ["TOO_MANY_ATTEMPTS"]);
    app.clock.advance(20 * MINUTE);
    app.app.accounts.sweep().await.unwrap();
    assert_eq!(rows(&app).await, 0);
    assert_eq!(wrong(&app.anonymous(), "ada", 1).await, ["INVALID_CREDENTIALS"]);
}
