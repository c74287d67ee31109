//! What is kept of a password and a token, and what nobody else ever sees.

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use image_manager::db::entities::{refresh_token, session, user};
use image_manager::schema;
use sea_orm::EntityTrait;
use serde_json::json;

use crate::support::TestApp;
use crate::support::client::PASSWORD;

#[tokio::test]
async fn passwords_are_kept_as_argon2id_each_with_its_own_salt() {
    let app = TestApp::start().await;
    app.register("ada").await;
    app.register("bob").await;
    let users = user::Entity::find().all(app.app.db.read()).await.unwrap();
    let hashes: Vec<&str> = users.iter().map(|user| user.password_hash.as_str()).collect();
    assert_eq!(hashes.len(), 2);
    for hash in &hashes {
        // The parameters that OWASP asks for: 19 MiB, 2 passes.
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }
    assert_ne!(hashes[0], hashes[1]);
    assert!(!format!("{users:?}").contains(PASSWORD));
}

#[tokio::test]
async fn tokens_are_not_kept() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let tokens = refresh_token::Entity::find().all(app.app.db.read()).await.unwrap();
    let sessions = session::Entity::find().all(app.app.db.read()).await.unwrap();
    assert_eq!((tokens.len(), sessions.len()), (1, 1));
    let kept = format!("{tokens:?} {sessions:?}");
    let secret = ada.refresh_token.unwrap();
    assert!(!kept.contains(&secret) && !kept.contains(secret.trim_start_matches("imr_")), "{kept}");
    assert!(!kept.contains(&ada.token.unwrap()));
}

#[tokio::test]
async fn a_log_in_that_no_database_could_hold_is_a_wrong_one() {
    let app = TestApp::start().await;
    app.register("ada").await;
    for login in ["", "ada\u{0}", "\u{0}", "ada' OR 1=1 --", "%", &"a".repeat(100_000), "\u{1f9a6}", "ada\u{200b}"] {
        let answer = app.anonymous().login(login, PASSWORD).await;
        assert_eq!(answer.refusals("login"), ["INVALID_CREDENTIALS"], "{:?}", &login[..login.len().min(20)]);
    }
    let long = "x".repeat(100_000);
    for password in ["", "\u{0}", &format!("{PASSWORD}\u{0}"), &format!(" {PASSWORD}"), &long] {
        let answer = app.anonymous().login("ada", password).await;
        assert_eq!(answer.refusals("login"), ["INVALID_CREDENTIALS"]);
    }
}

#[tokio::test]
async fn nobody_sees_another_persons_account() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let bob = app.register("bob").await;
    let id = ada.query("{ me { user { id } } }").await.data("me")["user"]["id"].clone();
    let document = "query($id: ID!) { node(id: $id) { id ... on User { username } } nodes(ids: [$id]) { id }
        me { email user { username } } images { nodes { owner { username } } } }";
    let answer = bob.ask(document, json!({ "id": id })).await;
    assert_eq!((answer.data("node"), answer.data("nodes")), (json!(null), json!([null])));
    assert_eq!(answer.data("me")["email"], "bob@example.org");
    let taken = super::register(&app.anonymous(), "ada", "carl@example.org", PASSWORD).await;
    let wrong = app.anonymous().login("ada", "wrong password").await;
    for answer in [answer, taken, wrong] {
        assert!(!answer.body.to_string().contains("ada@example.org"), "{}", answer.body);
    }
}

/// Held against the schema, so that a new field is seen: e-mail addresses are in the account alone, which only
/// `me` and a session just opened give.
#[test]
fn no_type_of_the_api_shows_a_password_and_only_the_account_an_address() {
    let document = parse_schema(schema::sdl()).unwrap();
    let (mut secrets, mut addresses, mut accounts) = (Vec::new(), Vec::new(), Vec::new());
    for definition in document.definitions {
        let TypeSystemDefinition::Type(one) = definition else { continue };
        let owner = one.node.name.node;
        let fields = match one.node.kind {
            TypeKind::Object(object) => object.fields,
            TypeKind::Interface(interface) => interface.fields,
            _ => continue,
        };
        for field in fields {
            let (name, kind) = (field.node.name.node.to_lowercase(), field.node.ty.node.to_string());
            let place = format!("{owner}.{}", field.node.name.node);
            if ["password", "hash", "secret"].iter().any(|word| name.contains(word)) {
                secrets.push(place.clone());
            }
            if name.contains("mail") {
                addresses.push(place.clone());
            }
            if kind.trim_end_matches('!') == "Account" {
                accounts.push(place);
            }
        }
    }
    secrets.retain(|place| place != "Image.thumbhash");
    assert_eq!(secrets, Vec::<String>::new());
    assert_eq!(addresses, ["Account.email"]);
    accounts.sort();
    assert_eq!(accounts, ["AuthSession.account", "Query.me"]);
}
