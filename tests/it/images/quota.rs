//! The quota: no upload slips past it, and what is deleted makes room.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::client::Client;
use crate::support::{TestApp, pictures, rows};

const STORAGE: &str = "{ me { storage { images bytes byteLimit } } }";

async fn storage(client: &Client) -> Value {
    client.query(STORAGE).await.data("me")["storage"].clone()
}

#[tokio::test]
async fn what_is_over_the_quota_is_refused_with_the_numbers_and_leaves_nothing() {
    let app = TestApp::with(|config| config.uploads.storage_quota = Some(1000)).await;
    let ada = app.register("ada").await;
    assert_eq!(storage(&ada).await, json!({ "images": 0, "bytes": 0, "byteLimit": 1000 }));
    let first = ada.upload("a.png", pictures::png_of_bytes(600)).await;
    assert_eq!(first["errors"], json!([]));
    let refused = ada.upload("b.png", pictures::png_of_bytes(401)).await;
    let error = &refused["errors"][0];
    assert_eq!(
        (&error["code"], &error["limit"], &error["used"]),
        (&json!("QUOTA_EXCEEDED"), &json!(1000), &json!(600))
    );
    assert_eq!(rows::images(&app.app).await.len(), 1);
    assert_eq!(ada.upload("c.png", pictures::png_of_bytes(400)).await["errors"], json!([]));
    assert_eq!(storage(&ada).await, json!({ "images": 2, "bytes": 1000, "byteLimit": 1000 }));
    // Not a byte is read of what cannot fit.
    assert_eq!(ada.upload("d.png", pictures::png(8, 8)).await["errors"][0]["code"], "QUOTA_EXCEEDED");

    let delete = "mutation ($ids: [ID!]!) { deleteImages(input: { ids: $ids }) { deletedIds } }";
    ada.ask(delete, json!({ "ids": [first["image"]["id"]] })).await.data("deleteImages");
    assert_eq!(storage(&ada).await, json!({ "images": 1, "bytes": 400, "byteLimit": 1000 }));
    assert_eq!(ada.upload("e.png", pictures::png_of_bytes(600)).await["errors"], json!([]));
}

#[tokio::test]
async fn everybody_has_a_quota_of_their_own_and_refused_files_take_nothing_of_it() {
    let app = TestApp::with(|config| config.uploads.storage_quota = Some(1000)).await;
    let (ada, eve) = (app.register("ada").await, app.register("eve").await);
    assert_eq!(ada.upload("a.png", pictures::png_of_bytes(900)).await["errors"], json!([]));
    assert_eq!(eve.upload("a.txt", vec![b'x'; 900]).await["errors"][0]["code"], "UNSUPPORTED_TYPE");
    assert_eq!(eve.upload("a.png", pictures::png_of_bytes(900)).await["errors"], json!([]));
    assert_eq!(storage(&eve).await["bytes"], 900);
}

/// The row that counts for them is made by whichever comes first.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_images_of_a_person_may_come_at_the_same_moment() {
    let app = TestApp::with(|config| config.uploads.storage_quota = Some(10_000)).await;
    let mut uploads = JoinSet::new();
    for number in 0..8 {
        let person = app.register(&format!("person{number}")).await;
        for _ in 0..6 {
            let person = person.clone();
            uploads.spawn(async move { person.upload("a.png", pictures::another(pictures::png_of_bytes(292))).await });
        }
    }
    let refused: Vec<_> =
        uploads.join_all().await.into_iter().filter(|payload| payload["errors"] != json!([])).collect();
    assert!(refused.is_empty(), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_at_once_do_not_slip_past_it_together() {
    let app = TestApp::with(|config| config.uploads.storage_quota = Some(1000)).await;
    let ada = app.register("ada").await;
    let mut uploads = JoinSet::new();
    for _ in 0..12 {
        let ada = ada.clone();
        uploads.spawn(async move { ada.upload("a.png", pictures::another(pictures::png_of_bytes(292))).await });
    }
    let payloads = uploads.join_all().await;
    let taken = payloads.iter().filter(|payload| payload["errors"] == json!([])).count();
    assert_eq!(taken, 3, "{payloads:?}");
    assert!(
        payloads
            .iter()
            .flat_map(|payload| payload["errors"].as_array().unwrap())
            .all(|e| e["code"] == "QUOTA_EXCEEDED")
    );
    assert_eq!(storage(&ada).await, json!({ "images": 3, "bytes": 900, "byteLimit": 1000 }));
}

#[tokio::test]
async fn an_upload_that_died_gives_its_room_back() {
    let app = TestApp::with(|config| config.uploads.storage_quota = Some(1000)).await;
    let ada = app.register("ada").await;
    app.app.blobs.check().await.unwrap();
    let files = app.data.path().join("files");
    std::fs::rename(&files, app.data.path().join("away")).unwrap();
    let failed = ada.upload_with("a.png", pictures::png_of_bytes(900), json!({})).await;
    assert_eq!(failed.code(), "UNAVAILABLE");
    std::fs::rename(app.data.path().join("away"), &files).unwrap();
    assert_eq!(storage(&ada).await["bytes"], 0);
    assert_eq!(ada.upload("a.png", pictures::png_of_bytes(900)).await["errors"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_twice_at_once_is_no_matter_of_room() {
    let app = TestApp::with(|config| config.uploads.storage_quota = Some(1000)).await;
    let ada = app.register("ada").await;
    let mut uploads = JoinSet::new();
    for _ in 0..6 {
        let ada = ada.clone();
        uploads.spawn(async move { ada.upload("a.png", pictures::png_of_bytes(600)).await });
    }
    let payloads = uploads.join_all().await;
    // Whoever comes when there is no room left is refused at the door; nobody else is.
    let refused = payloads.iter().filter(|payload| payload["image"].is_null());
    assert!(refused.clone().all(|payload| payload["errors"][0]["used"] == 600), "{payloads:?}");
    assert_eq!(
        payloads.iter().filter(|payload| payload["duplicate"] == false && payload["image"].is_object()).count(),
        1
    );
    assert_eq!(storage(&ada).await["images"], 1);
}
