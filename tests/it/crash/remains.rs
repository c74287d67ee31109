//! What is left after the kills, held against what the server had said.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use image_manager::app::App;
use image_manager::clock::Clock;
use image_manager::db::entities::image::State;
use image_manager::images::{Finding, Part, Watch};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::home::Home;
use super::ledger::{Fate, Ledger};
use crate::support::client::Client;
use crate::support::rows;

/// As many as `nodes` takes.
const AT_ONCE: usize = 100;

/// With the program dead; `bucket`: where the objects are, where they are not in the home.
pub async fn look(home: &Home, bucket: Option<&Path>, mut client: Client, ledger: &Ledger) {
    let objects = Objects(bucket.map_or_else(|| home.config.data_dir.join("files"), Path::to_path_buf));
    rows_have_their_objects(home, &objects, ledger).await;

    let program = home.start(None).await;
    client.url.clone_from(&program.url);
    what_was_acknowledged_is_served(&client, ledger).await;
    what_was_deleted_is_gone(&client, ledger).await;
    program.kill().await;

    the_sweeper_makes_rows_and_objects_the_same(home, &objects, ledger).await;
}

/// Where the objects are, as files named after their keys.
struct Objects(PathBuf);

impl Objects {
    fn originals(&self) -> Vec<PathBuf> {
        rows::files(&self.0.join("originals"))
    }

    /// What clients put there themselves.
    fn incoming(&self) -> Vec<PathBuf> {
        let folder = self.0.join("incoming");
        if folder.exists() { rows::files(&folder) } else { Vec::new() }
    }

    /// The names of the images that have an original.
    fn with_original(&self) -> HashSet<String> {
        self.originals().iter().map(|path| name(path)).collect()
    }

    /// The names of the images that have a rendition.
    fn with_rendition(&self) -> HashSet<String> {
        let folder = self.0.join("renditions");
        // S3 has no empty folders.
        let renditions = if folder.exists() { rows::files(&folder) } else { Vec::new() };
        renditions.iter().map(|path| name(path.parent().unwrap())).collect()
    }
}

/// Before anything is repaired.
async fn rows_have_their_objects(home: &Home, objects: &Objects, ledger: &Ledger) {
    let app = App::build(home.config.clone(), Clock::default()).await.unwrap();
    let rows = rows::images(&app).await;
    app.db.close().await.unwrap();
    let ready: HashSet<_> = rows.iter().filter(|row| row.state == State::Ready).map(|row| row.id).collect();
    let stored = objects.with_original();
    for id in &ready {
        assert!(stored.contains(&id.simple().to_string()), "{id} is READY and has no object");
    }
    for (id, _) in ledger.with(Fate::Kept) {
        assert!(ready.contains(&rows::image_uuid(id)), "{id} was acknowledged and is not READY");
    }
    for (id, _) in ledger.with(Fate::Deleted) {
        assert!(!ready.contains(&rows::image_uuid(id)), "{id} was deleted and is READY");
    }
}

async fn what_was_acknowledged_is_served(client: &Client, ledger: &Ledger) {
    let kept: Vec<_> = ledger.with(Fate::Kept).collect();
    assert!(kept.len() > 20, "only {} images were acknowledged", kept.len());
    let document = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Image {
        sha256 original { url } rendition(transform: { width: 64 }) { url } } } }";
    for kept in kept.chunks(AT_ONCE) {
        let ids: Vec<_> = kept.iter().map(|(id, _)| id).collect();
        let images = client.ask(document, json!({ "ids": ids })).await.data("nodes");
        for ((id, sha256), image) in kept.iter().zip(images.as_array().unwrap()) {
            assert_eq!(image["sha256"], *sha256, "{id}");
            let fetch = async |file: &str| {
                let response = client.fetch(image[file]["url"].as_str().unwrap()).await;
                assert_eq!(response.status(), 200, "{file} of {id}");
                response.bytes().await.unwrap()
            };
            assert_eq!(hex::encode(Sha256::digest(fetch("original").await)), *sha256, "{id}");
            assert!(image::load_from_memory(&fetch("rendition").await).is_ok(), "{id}");
        }
    }
}

async fn what_was_deleted_is_gone(client: &Client, ledger: &Ledger) {
    let deleted: Vec<_> = ledger.with(Fate::Deleted).map(|(id, _)| id).collect();
    assert!(deleted.len() > 10, "only {} images were deleted", deleted.len());
    for ids in deleted.chunks(AT_ONCE) {
        let answer = client.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": ids })).await;
        assert!(answer.data("nodes").as_array().unwrap().iter().all(serde_json::Value::is_null), "{answer:?}");
    }
}

/// What another server does when the leases of the dead one are over.
async fn the_sweeper_makes_rows_and_objects_the_same(home: &Home, objects: &Objects, ledger: &Ledger) {
    let clock = Clock::default();
    let app = App::build(home.config.clone(), clock.clone()).await.unwrap();
    for _ in 0..2 {
        clock.advance(Duration::from_secs(121));
        app.images.sweep().await.unwrap();
    }
    // And when the tickets are over, with all the time that a slow PUT may take.
    clock.advance(Duration::from_hours(3));
    app.images.sweep_tickets().await.unwrap();
    let mut notes = Notes::default();
    let checked = app.images.check(false, &mut notes).await.unwrap();
    assert_eq!(notes.0, [], "differences after the sweeper");
    assert!(checked.images > 20 && checked.objects >= checked.images, "{checked:?}");
    let rows = rows::images(&app).await;
    app.db.close().await.unwrap();
    assert_eq!(objects.incoming(), Vec::<PathBuf>::new());
    assert!(rows.iter().all(|row| row.state == State::Ready), "{rows:?}");
    let known: HashSet<_> = rows.iter().map(|row| row.id.simple().to_string()).collect();
    assert_eq!(objects.with_original(), known, "an object without a row, or a row without its object");
    let of_nobody: Vec<_> = objects.with_rendition().difference(&known).cloned().collect();
    assert!(of_nobody.is_empty(), "renditions without an image: {of_nobody:?}");
    for path in objects.originals() {
        let row = rows.iter().find(|row| row.id.simple().to_string() == name(&path)).unwrap();
        assert_eq!(hex::encode(Sha256::digest(std::fs::read(&path).unwrap())), row.sha256, "{}", row.id);
    }
    for (id, _) in ledger.with(Fate::Kept) {
        assert!(known.contains(&rows::image_uuid(id).simple().to_string()), "the sweeper took {id}");
    }
    let half_written = [home.config.data_dir.join("incoming"), home.config.data_dir.join("files/tmp")];
    for folder in half_written.iter().filter(|folder| folder.exists()) {
        assert_eq!(rows::files(folder), Vec::<PathBuf>::new());
    }
}

/// The differences that a check finds.
#[derive(Default)]
struct Notes(Vec<Finding>);

impl Watch for Notes {
    fn begins(&mut self, _: Part, _: Option<u64>) {}

    fn steps(&mut self, _: u64) {}

    fn found(&mut self, finding: &Finding, _: bool) {
        self.0.push(finding.clone());
    }

    fn stopped(&self) -> bool {
        false
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}
