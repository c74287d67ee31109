//! Killed in the middle of uploads: what was acknowledged is there and whole, and nothing else is.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use image_manager::app::App;
use image_manager::clock::Clock;
use image_manager::db::entities::image::State;
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::program::Home;
use crate::support::client::{Client, PASSWORD};
use crate::support::{pictures, rows};

const UPLOADS: u8 = 20;

/// What the server said was stored: the id, and the SHA-256 of what was sent.
type Acknowledged = Arc<Mutex<Vec<(String, String)>>>;

const UPLOAD: &str =
    "mutation ($input: UploadImageInput!) { uploadImage(input: $input) { image { id } errors { code } } }";

/// Sends a picture; false where no answer came.
async fn upload(client: Client, bytes: Vec<u8>, acknowledged: Acknowledged) -> bool {
    let sha256 = hex::encode(Sha256::digest(&bytes));
    let operations = json!({ "query": UPLOAD, "variables": { "input": { "file": null } } });
    let form = reqwest::multipart::Form::new()
        .text("operations", operations.to_string())
        .text("map", r#"{"0":["variables.input.file"]}"#)
        .part("0", reqwest::multipart::Part::bytes(bytes).file_name("a.jpg"));
    let request = client.http.post(format!("{}/graphql", client.url)).header("graphql-preflight", "1").multipart(form);
    let Ok(response) = client.signed(request).send().await else { return false };
    let Ok(body) = response.json::<serde_json::Value>().await else { return false };
    let id = body["data"]["uploadImage"]["image"]["id"].as_str().unwrap_or_else(|| panic!("refused: {body}"));
    acknowledged.lock().unwrap().push((id.to_owned(), sha256));
    true
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_the_middle_of_uploads_loses_nothing_acknowledged_and_leaves_nothing_broken() {
    let home = Home::new().await;
    let acknowledged = Acknowledged::default();
    let mut name = None;
    for (round, killed_after) in (0_u8..).zip([1, 5, 12]) {
        let program = home.start(None).await;
        let mut ada = Client::new(&program.url);
        match name {
            None => drop(ada.register("ada").await),
            Some(name) => drop(ada.login(name, PASSWORD).await),
        }
        name = Some("ada");
        let (before, answered) = (acknowledged.lock().unwrap().len(), Arc::new(Notify::new()));
        let mut uploads = JoinSet::new();
        for number in 0..UPLOADS {
            let (ada, acknowledged, answered) = (ada.clone(), acknowledged.clone(), answered.clone());
            let bytes = pictures::jpeg_of(round * UPLOADS + number, 900, 600);
            uploads.spawn(async move {
                let done = upload(ada, bytes, acknowledged).await;
                answered.notify_one();
                done
            });
        }
        while acknowledged.lock().unwrap().len() - before < killed_after {
            answered.notified().await;
        }
        program.kill().await;
        let answers = uploads.join_all().await;
        assert!(answers.iter().any(|done| !done), "the program was killed after the last upload");
    }
    let acknowledged = std::mem::take(&mut *acknowledged.lock().unwrap());

    sweep(&home).await;

    let program = home.start(None).await;
    let mut ada = Client::new(&program.url);
    ada.login("ada", PASSWORD).await;
    for (id, sha256) in &acknowledged {
        assert_eq!(&served(&ada, id).await, sha256, "{id}");
    }
}

/// What another server does when the leases of the dead one are over; then rows and objects are the same.
async fn sweep(home: &Home) {
    let clock = Clock::default();
    let app = App::build(home.config.clone(), clock.clone()).await.unwrap();
    for _ in 0..2 {
        clock.advance(Duration::from_secs(121));
        app.images.sweep().await.unwrap();
    }
    let rows = rows::images(&app).await;
    assert!(rows.iter().all(|row| row.state == State::Ready), "{rows:?}");
    let files = home.config.data_dir.join("files");
    let stored: HashSet<_> = rows::files(&files.join("originals")).iter().map(|path| name(path)).collect();
    let known: HashSet<_> = rows.iter().map(|row| row.id.simple().to_string()).collect();
    assert_eq!(stored, known, "an object without a row, or a row without its object");
    for path in rows::files(&files.join("originals")) {
        let row = rows.iter().find(|row| row.id.simple().to_string() == name(&path)).unwrap();
        assert_eq!(hex::encode(Sha256::digest(std::fs::read(&path).unwrap())), row.sha256);
    }
    assert_eq!(rows::files(&files.join("tmp")).len(), 0);
    assert_eq!(rows::files(&home.config.data_dir.join("incoming")).len(), 0);
    app.db.close().await.unwrap();
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// The SHA-256 of an image's original as it is served; its rendition is a picture.
async fn served(client: &Client, id: &str) -> String {
    let document =
        "query ($id: ID!) { image(id: $id) { original { url } rendition(transform: { width: 64 }) { url } } }";
    let image = client.ask(document, json!({ "id": id })).await.data("image");
    let fetch = async |file: &str| {
        let response = client.fetch(image[file]["url"].as_str().unwrap()).await;
        assert_eq!(response.status(), 200, "{file} of {id}");
        response.bytes().await.unwrap()
    };
    assert!(image::load_from_memory(&fetch("rendition").await).is_ok());
    hex::encode(Sha256::digest(fetch("original").await))
}
