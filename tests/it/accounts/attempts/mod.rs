//! Too many attempts: each is counted, whoever is asked for, on all replicas together; and what is refused costs nothing
//! and tells nothing.

mod login;
mod others;
mod table;

use std::time::Duration;

use image_manager::db::entities::attempt;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::Value;

use crate::support::TestApp;
use crate::support::client::Client;

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
