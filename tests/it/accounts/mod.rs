//! Register, log in, refresh, log out; what tokens and cookies prove, what is kept of passwords, and what goes.

mod attempts;
mod cookie;
mod login;
mod refresh;
mod register;
mod secrecy;
mod sweep;
mod tokens;
mod viewers;

use serde_json::{Value, json};

use crate::support::client::{Answer, Client};

const FIELDS: &str = "session { accessToken accessTokenExpiresAt refreshToken account { email user { id username } } }
    errors { code message path }";

/// A mutation that opens a session: `register`, `login` or `refresh`.
async fn sign_in(client: &Client, mutation: &str, input: Value) -> Answer {
    let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    client
        .ask(
            &format!("mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {FIELDS} }} }}"),
            json!({ "input": input }),
        )
        .await
}

async fn register(client: &Client, username: &str, email: &str, password: &str) -> Answer {
    sign_in(client, "register", json!({ "username": username, "email": email, "password": password })).await
}

async fn refresh(client: &Client, token: &str) -> Answer {
    sign_in(client, "refresh", json!({ "refreshToken": token })).await
}

/// The code and the path of each refusal.
fn told(answer: &Answer, mutation: &str) -> Vec<(String, String)> {
    let payload = answer.data(mutation);
    let errors = payload["errors"].as_array().unwrap();
    assert_eq!(payload["session"].is_null(), !errors.is_empty(), "{payload}");
    let steps = |path: &Value| {
        path.as_array().unwrap().iter().map(|step| step.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    errors.iter().map(|error| (error["code"].as_str().unwrap().to_owned(), steps(&error["path"]).join("."))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(code, path)| ((*code).to_owned(), (*path).to_owned())).collect()
}

/// This client with the tokens of a session that was just opened.
fn holding(client: &Client, session: &Value) -> Client {
    let mut client = client.clone();
    client.keep(session);
    client
}

/// Whom the server takes this client for; None where it takes the token for nobody's.
async fn username(client: &Client) -> Option<String> {
    let answer = client.query("{ me { user { username } } }").await;
    match answer.status {
        401 => {
            assert_eq!(answer.code(), "UNAUTHENTICATED");
            assert!(answer.body.get("data").is_none(), "{}", answer.body);
            None
        }
        _ => answer.data("me")["user"]["username"].as_str().map(str::to_owned),
    }
}
