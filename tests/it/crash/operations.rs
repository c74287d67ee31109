//! What clients do while the server is killed, and what they write down of its answers.

use std::sync::{LazyLock, Mutex};

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::ledger::{Fate, Ledger};
use crate::support::client::Client;
use crate::support::pictures;

/// One thing that a client does. The number says which picture is sent, or chooses among the images that are there; where
/// none is, one is uploaded.
#[derive(Clone, Copy, Debug)]
pub enum Operation {
    Upload(u32),
    /// The same by ticket: announced, put, completed.
    Ticket(u32),
    Delete(u32),
    /// Asks for a small copy, which is made and stored then.
    Look(u32),
}

const UPLOAD: &str =
    "mutation ($input: UploadImageInput!) { uploadImage(input: $input) { image { id } errors { code } } }";
const ANNOUNCE: &str = "mutation ($input: CreateUploadInput!) { createUpload(input: $input) {
    upload { id method url headers { name value } } errors { code } } }";
const COMPLETE: &str = "mutation ($input: CompleteUploadInput!) { completeUpload(input: $input) { image { id } errors { code message } } }";
const DELETE: &str = "mutation ($ids: [ID!]!) { deleteImages(input: { ids: $ids }) { deletedIds errors { code } } }";
const LOOK: &str = "query ($id: ID!) { image(id: $id) { rendition(transform: { width: 64 }) { url } } }";

/// Numbers from here on are of no upload that was planned.
const OTHERS: u32 = 1_000_000;

impl Operation {
    /// Mostly uploads.
    pub fn any(random: &mut StdRng, number: u32) -> Self {
        match random.random_range(0..10) {
            0..4 => Self::Upload(number),
            4..7 => Self::Ticket(number),
            7..9 => Self::Delete(random.random_range(OTHERS..=u32::MAX)),
            _ => Self::Look(random.random_range(OTHERS..=u32::MAX)),
        }
    }

    /// None where no answer came: the server is dead.
    pub async fn perform(self, client: &Client, ledger: &Mutex<Ledger>) -> Option<()> {
        match self {
            Self::Upload(number) => upload(client, ledger, number).await,
            Self::Ticket(number) => by_ticket(client, ledger, number).await,
            Self::Delete(number) => delete(client, ledger, number).await,
            Self::Look(number) => look(client, ledger, number).await,
        }
    }
}

async fn upload(client: &Client, ledger: &Mutex<Ledger>, number: u32) -> Option<()> {
    let bytes = picture(number);
    let sha256 = hex::encode(Sha256::digest(&bytes));
    let operations = json!({ "query": UPLOAD, "variables": { "input": { "file": null } } });
    let form = reqwest::multipart::Form::new()
        .text("operations", operations.to_string())
        .text("map", r#"{"0":["variables.input.file"]}"#)
        .part("0", reqwest::multipart::Part::bytes(bytes).file_name("a.jpg"));
    let request = client.http.post(format!("{}/graphql", client.url)).header("graphql-preflight", "1").multipart(form);
    let answer = answer(client, request).await?;
    let id = answer["uploadImage"]["image"]["id"].as_str().unwrap_or_else(|| panic!("refused: {answer}"));
    ledger.lock().unwrap().stored(id, &sha256);
    Some(())
}

async fn by_ticket(client: &Client, ledger: &Mutex<Ledger>, number: u32) -> Option<()> {
    let bytes = picture(number);
    let sha256 = hex::encode(Sha256::digest(&bytes));
    let input = json!({ "filename": "a.jpg", "contentType": "image/jpeg", "byteSize": bytes.len() });
    let announced = ask(client, ANNOUNCE, json!({ "input": input })).await?;
    let ticket = &announced["createUpload"]["upload"];
    let put = client.put(ticket).body(bytes).send().await.ok()?;
    assert!(put.status().is_success(), "{}", put.status());
    let answer = ask(client, COMPLETE, json!({ "input": { "uploadId": ticket["id"] } })).await?;
    let id = answer["completeUpload"]["image"]["id"].as_str().unwrap_or_else(|| panic!("refused: {answer}"));
    ledger.lock().unwrap().stored(id, &sha256);
    Some(())
}

async fn delete(client: &Client, ledger: &Mutex<Ledger>, number: u32) -> Option<()> {
    let doomed = ledger.lock().unwrap().doom(number);
    let Some(id) = doomed else { return upload(client, ledger, number).await };
    let answer = ask(client, DELETE, json!({ "ids": [id] })).await?;
    assert_eq!(answer["deleteImages"]["deletedIds"], json!([id]), "{answer}");
    ledger.lock().unwrap().settle(&id, Fate::Deleted);
    Some(())
}

/// The image may be deleted by another client meanwhile.
async fn look(client: &Client, ledger: &Mutex<Ledger>, number: u32) -> Option<()> {
    let there = ledger.lock().unwrap().some(number);
    let Some(id) = there else { return upload(client, ledger, number).await };
    let answer = ask(client, LOOK, json!({ "id": id })).await?;
    let Some(url) = answer["image"]["rendition"]["url"].as_str() else { return Some(()) };
    client.http.get(url).send().await.ok()?.bytes().await.ok().map(drop)
}

async fn ask(client: &Client, document: &str, variables: Value) -> Option<Value> {
    let body = json!({ "query": document, "variables": variables });
    answer(client, client.http.post(format!("{}/graphql", client.url)).json(&body)).await
}

/// `data`; None where the answer did not come, or not whole.
async fn answer(client: &Client, request: reqwest::RequestBuilder) -> Option<Value> {
    let answer: Value = client.signed(request).send().await.ok()?.json().await.ok()?;
    assert!(answer.get("errors").is_none(), "unexpected errors: {answer}");
    Some(answer["data"].clone())
}

/// A JPEG with the number in a comment, so that no two have the same bytes. Most are small; some take several writes.
fn picture(number: u32) -> Vec<u8> {
    static SMALL: LazyLock<Vec<u8>> = LazyLock::new(|| pictures::jpeg(64, 48));
    static LARGE: LazyLock<Vec<u8>> = LazyLock::new(|| pictures::jpeg_of(200, 900, 600));
    let picture = if number.is_multiple_of(4) { &LARGE } else { &SMALL };
    [&picture[..2], &[0xff, 0xfe, 0, 6], &number.to_be_bytes(), &picture[2..]].concat()
}
