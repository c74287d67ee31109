//! What an image knows of itself: colors, what the camera wrote, and when it was taken.

use image_manager::clock::Timestamp;
use image_manager::db::entities::{image, image_metadata};
use image_manager::db::ids::Kind;
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::{TestApp, rows};

const FIELDS: &str = "query ($id: ID!) { image(id: $id) { palette { hex share } takenAt favorite animated tags
    exif { camera lens focalLength aperture exposure iso takenAtLocal utcOffset location { latitude longitude } } } }";

/// A row without a word.
fn silent(image: &image::Model) -> image_metadata::Model {
    image_metadata::Model {
        image_id: image.id,
        palette: Vec::new(),
        camera: None,
        lens: None,
        focal_length: None,
        aperture: None,
        exposure: None,
        iso: None,
        taken_at: None,
        taken_at_local: None,
        utc_offset: None,
        latitude: None,
        longitude: None,
    }
}

async fn insert(app: &TestApp, metadata: image_metadata::Model) {
    let row = metadata.into_active_model();
    image_metadata::Entity::insert(row).exec_without_returning(app.app.db.write()).await.unwrap();
}

async fn seen(client: &Client, image: &image::Model) -> Value {
    client.ask(FIELDS, json!({ "id": Kind::Image.encode(image.id) })).await.data("image")
}

#[tokio::test]
async fn an_image_tells_its_colors_and_what_the_camera_wrote() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let mut image = rows::image(rows::user_id(&ada).await);
    (image.taken_at, image.favorite, image.animated) = (Some(Timestamp(1_700_000_000_123)), true, true);
    rows::insert_images(&app.app, std::slice::from_ref(&image)).await;
    let metadata = image_metadata::Model {
        palette: vec![0xff, 0x80, 0x00, 0x99, 0x99, 1, 2, 3, 0x66, 0x66],
        camera: Some("Canon EOS R5".to_owned()),
        lens: Some("RF24-70mm F2.8 L IS USM".to_owned()),
        focal_length: Some(35.5),
        aperture: Some(2.8),
        exposure: Some("1/250".to_owned()),
        iso: Some(400),
        taken_at: Some(Timestamp(1)),
        taken_at_local: Some("2024-05-17T14:03:22".to_owned()),
        utc_offset: Some("+02:00".to_owned()),
        latitude: Some(-33.8568),
        longitude: Some(151.2153),
        ..silent(&image)
    };
    insert(&app, metadata).await;
    let exif = json!({ "camera": "Canon EOS R5", "lens": "RF24-70mm F2.8 L IS USM", "focalLength": 35.5, "aperture": 2.8,
        "exposure": "1/250", "iso": 400, "takenAtLocal": "2024-05-17T14:03:22", "utcOffset": "+02:00",
        "location": { "latitude": -33.8568, "longitude": 151.2153 } });
    let palette = json!([{ "hex": "#ff8000", "share": 0.6 }, { "hex": "#010203", "share": 0.4 }]);
    let expected = json!({ "palette": palette, "exif": exif, "takenAt": "2023-11-14T22:13:20.123Z",
        "favorite": true, "animated": true, "tags": [] });
    assert_eq!(seen(&ada, &image).await, expected);
}

#[tokio::test]
async fn what_nobody_wrote_is_null() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let owner = rows::user_id(&ada).await;
    let (unasked, wordless, placed) = (rows::image(owner), rows::image(owner), rows::image(owner));
    rows::insert_images(&app.app, &[unasked.clone(), wordless.clone(), placed.clone()]).await;
    insert(&app, silent(&wordless)).await;
    // Half a place is none.
    insert(&app, image_metadata::Model { latitude: Some(1.0), iso: Some(100), ..silent(&placed) }).await;
    let nothing =
        json!({ "palette": [], "exif": null, "takenAt": null, "favorite": false, "animated": false, "tags": [] });
    assert_eq!(seen(&ada, &unasked).await, nothing);
    assert_eq!(seen(&ada, &wordless).await, nothing);
    let exif = seen(&ada, &placed).await["exif"].clone();
    assert_eq!((&exif["iso"], &exif["location"], &exif["camera"]), (&json!(100), &Value::Null, &Value::Null));
}
