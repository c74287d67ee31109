//! Making an account, and being refused one.

use std::time::Duration;

use image_manager::config::Registration;
use image_manager::db::entities::user;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::{holding, pairs, refresh, register, told, username};
use crate::support::TestApp;
use crate::support::client::PASSWORD;

#[tokio::test]
async fn a_new_person_is_signed_in_and_named_as_they_wrote() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    let answer = register(&anonymous, "Ada.Love_lace-1", "Ada+1@Example.Org", PASSWORD).await;
    assert_eq!(told(&answer, "register"), []);
    let session = &answer.body["data"]["register"]["session"];
    assert_eq!(session["account"]["user"]["username"], "Ada.Love_lace-1");
    assert_eq!(session["account"]["email"], "Ada+1@Example.Org");
    assert!(session["account"]["user"]["id"].as_str().unwrap().starts_with("user_"));

    let ada = holding(&anonymous, session);
    assert_eq!(username(&ada).await.as_deref(), Some("Ada.Love_lace-1"));
    let again = refresh(&anonymous, ada.refresh_token.as_ref().unwrap()).await;
    assert_eq!(told(&again, "refresh"), []);
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once_with_its_path_and_nothing_is_kept() {
    let app = TestApp::start().await;
    let answer = register(&app.anonymous(), "a", "nonsense", "short").await;
    let expected =
        [("INVALID_INPUT", "input.username"), ("INVALID_INPUT", "input.email"), ("WEAK_PASSWORD", "input.password")];
    assert_eq!(told(&answer, "register"), pairs(&expected));
    assert!(answer.headers.get("set-cookie").is_none());
    assert_eq!(user::Entity::find().count(app.app.db.read()).await.unwrap(), 0);
}

#[tokio::test]
async fn each_wrong_name_address_and_password_is_refused_by_itself() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    let long = "a".repeat(33);
    for name in ["", "ab", &long, "-ada", ".ada", "_ada", "a da", "ada@x", "äda", "ada\u{0}x", "\u{430}da", "ada\n1"] {
        let answer = register(&client, name, "ada@example.org", PASSWORD).await;
        assert_eq!(told(&answer, "register"), pairs(&[("INVALID_INPUT", "input.username")]), "{name:?}");
        // So many for one address have their time.
        app.clock.advance(Duration::from_mins(1));
    }
    let long = format!("{}@example.org", "a".repeat(250));
    // Its key, by which it is compared, would not fit into the table.
    let growing = format!("{}@example.org", "\u{fdfa}".repeat(20));
    for address in [
        "",
        "ada",
        "ada@",
        "@example.org",
        "ada@example",
        "a@b@c.org",
        "a da@c.org",
        "ada@c..org",
        "ada@.org",
        "ada@c.org\u{0}",
        "<ada@c.org>",
        "ada@c.org\r\nBcc: x@c.org",
        &long,
        &growing,
        "a\u{ff20}b@example.org",
    ] {
        let answer = register(&client, "ada", address, PASSWORD).await;
        assert_eq!(told(&answer, "register"), pairs(&[("INVALID_INPUT", "input.email")]), "{address:?}");
    }
    let long = "correct horse battery ".repeat(20);
    for password in ["", "short", "password1234", "aaaaaaaaaaaaaa", "1234567890", "ada@example.org", &long] {
        let answer = register(&client, "ada", "ada@example.org", password).await;
        app.clock.advance(Duration::from_mins(1));
        assert_eq!(told(&answer, "register"), pairs(&[("WEAK_PASSWORD", "input.password")]), "{password:?}");
    }
    assert_eq!(user::Entity::find().count(app.app.db.read()).await.unwrap(), 0);
}

#[tokio::test]
async fn a_name_or_an_address_is_taken_whatever_the_case() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    assert_eq!(told(&register(&client, "Ada", "Ada@Example.org", PASSWORD).await, "register"), []);
    for name in ["Ada", "ada", " ADA "] {
        let answer = register(&client, name, "other@example.org", PASSWORD).await;
        assert_eq!(told(&answer, "register"), pairs(&[("USERNAME_TAKEN", "input.username")]), "{name}");
    }
    for address in ["Ada@Example.org", "ada@example.org", "ADA@EXAMPLE.ORG"] {
        let answer = register(&client, "other", address, PASSWORD).await;
        assert_eq!(told(&answer, "register"), pairs(&[("EMAIL_TAKEN", "input.email")]), "{address}");
    }
    // Both at once are said at once, also when they are two people's.
    assert_eq!(told(&register(&client, "bob", "bob@example.org", PASSWORD).await, "register"), []);
    let both = pairs(&[("USERNAME_TAKEN", "input.username"), ("EMAIL_TAKEN", "input.email")]);
    for address in ["ada@example.org", "Bob@example.org"] {
        assert_eq!(told(&register(&client, "ada", address, PASSWORD).await, "register"), both, "{address}");
    }
    assert_eq!(user::Entity::find().count(app.app.db.read()).await.unwrap(), 2);
}

/// Databases put the value into the message of a unique violation: it must not be read as the name of the index.
#[tokio::test]
async fn a_name_that_looks_like_an_index_is_taken_as_a_name() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    for name in ["email_key", "user_email_key"] {
        let address = |number: u32| format!("{number}.{name}@example.org");
        assert_eq!(told(&register(&client, name, &address(1), PASSWORD).await, "register"), []);
        let answer = register(&client, name, &address(2), PASSWORD).await;
        assert_eq!(told(&answer, "register"), pairs(&[("USERNAME_TAKEN", "input.username")]), "{name}");
    }
}

#[tokio::test]
async fn addresses_that_differ_by_an_accent_are_two_and_two_ways_to_write_it_are_one() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    assert_eq!(told(&register(&client, "jose", "jose@example.org", PASSWORD).await, "register"), []);
    assert_eq!(told(&register(&client, "jose2", "jos\u{e9}@example.org", PASSWORD).await, "register"), []);
    let answer = register(&client, "jose3", "jose\u{301}@example.org", PASSWORD).await;
    assert_eq!(told(&answer, "register"), pairs(&[("EMAIL_TAKEN", "input.email")]));
}

#[tokio::test]
async fn of_simultaneous_registrations_of_one_name_exactly_one_wins() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    let names = ["ada", "Ada", "ADA", "aDa"];
    let addresses: Vec<String> = (0..names.len()).map(|number| format!("ada{number}@example.org")).collect();
    let all = names.iter().zip(&addresses).map(|(name, address)| register(&client, name, address, PASSWORD));
    let mut outcomes: Vec<_> =
        futures_util::future::join_all(all).await.iter().map(|answer| told(answer, "register")).collect();
    outcomes.sort();
    let taken = pairs(&[("USERNAME_TAKEN", "input.username")]);
    assert_eq!(outcomes, [vec![], taken.clone(), taken.clone(), taken]);
    assert_eq!(user::Entity::find().count(app.app.db.read()).await.unwrap(), 1);
}

#[tokio::test]
async fn a_server_that_takes_no_new_accounts_says_so_before_anything_else() {
    let app = TestApp::with(|config| config.registration = Registration::Closed).await;
    let client = app.anonymous();
    for (name, address, password) in [("ada", "ada@example.org", PASSWORD), ("a", "nonsense", "short")] {
        let answer = register(&client, name, address, password).await;
        assert_eq!(told(&answer, "register"), pairs(&[("REGISTRATION_CLOSED", "")]));
    }
    assert_eq!(client.query("{ server { registration } }").await.data("server"), json!({ "registration": "CLOSED" }));
    assert_eq!(app.anonymous().login("ada", PASSWORD).await.refusals("login"), ["INVALID_CREDENTIALS"]);
    assert_eq!(answer_of_me(&app).await, Value::Null);
}

async fn answer_of_me(app: &TestApp) -> Value {
    app.anonymous().query("{ me { email } }").await.data("me")
}
