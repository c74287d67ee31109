//! Filters: each alone and several together, in every order, page by page in both directions.

use image_manager::clock::Timestamp;
use image_manager::db::entities::analysis::Status;
use image_manager::db::entities::{image, image_tag, image_text};
use image_manager::db::ids::Kind;
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::client::Client;
use crate::support::{TestApp, rows};

const PAGE: &str =
    "query ($first: Int, $after: String, $last: Int, $before: String, $order: ImageOrder, $filter: ImageFilter) {
    images(first: $first, after: $after, last: $last, before: $before, orderBy: $order, filter: $filter) {
        totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";

const ORDERS: [&str; 4] = ["UPLOADED_AT", "BYTE_SIZE", "TAKEN_AT", "FILENAME"];

/// An image and what filters ask about it.
#[derive(Clone)]
struct Known {
    image: image::Model,
    tags: Vec<&'static str>,
    /// In English.
    alt_text: Option<&'static str>,
}

/// Sixty images of which every two differ in something.
fn known(owner: Uuid) -> Vec<Known> {
    let make = |number: i64| {
        let mut image = rows::image(owner);
        let place = usize::try_from(number).unwrap();
        image.uploaded_at = Timestamp(image.uploaded_at.0 + number / 2);
        image.taken_at = (number % 5 != 0).then_some(Timestamp(1_000_000 + number * 17 % 60));
        image.taken_or_uploaded_at = image.taken_at.unwrap_or(image.uploaded_at);
        image.byte_size = 1000 + number * 7 % 11;
        image.filename_key = vec![u8::try_from(number * 37 % 60).unwrap(), 0];
        image.favorite = number % 3 == 0;
        ["image/jpeg", "image/png", "image/gif"][place / 4 % 3].clone_into(&mut image.content_type);
        image.analysis_status =
            [None, Some(Status::Queued), Some(Status::Completed), Some(Status::Failed)][place / 2 % 4];
        let tags = [vec![], vec!["Cat"], vec!["Cat", "Ähre"], vec!["dog", "CAT"]][place % 4].clone();
        let alt_text = [None, Some(""), Some("Alt."), None][place / 3 % 4];
        Known { image, tags, alt_text }
    };
    (0..60).map(make).collect()
}

async fn insert(app: &TestApp, known: &[Known]) {
    let images: Vec<_> = known.iter().map(|known| known.image.clone()).collect();
    rows::insert_images(&app.app, &images).await;
    let tags = known.iter().flat_map(|known| {
        known.tags.iter().zip(0..).map(|(tag, position)| image_tag::Model {
            image_id: known.image.id,
            tag_key: tag.to_lowercase(),
            tag: (*tag).to_owned(),
            position,
            owner_id: known.image.owner_id,
        })
    });
    let tags = image_tag::Entity::insert_many(tags.map(IntoActiveModel::into_active_model));
    tags.exec_without_returning(app.app.db.write()).await.unwrap();
    let texts = known.iter().flat_map(|known| {
        // Every image has an alt text in another language, and a description in this one.
        [("en", known.alt_text), ("de", Some("Bild"))].map(|(language, alt_text)| image_text::Model {
            image_id: known.image.id,
            language: language.to_owned(),
            description: Some("A row.".to_owned()),
            description_source: Some(image_text::TextSource::Owner),
            alt_text: alt_text.map(str::to_owned),
            alt_text_source: alt_text.map(|_| image_text::TextSource::Owner),
            updated_at: known.image.updated_at,
            analysis_description: None,
            analysis_alt_text: None,
        })
    });
    let texts = image_text::Entity::insert_many(texts.map(IntoActiveModel::into_active_model));
    texts.exec_without_returning(app.app.db.write()).await.unwrap();
}

type Fits = Box<dyn Fn(&Known) -> bool>;

/// Filters, and which images fit.
fn filters() -> Vec<(Value, Fits)> {
    let middle = rows::image(Uuid::nil()).uploaded_at.0 + 15;
    let instant = |at: i64| json!(Timestamp(at).to_rfc3339());
    let tagged = |known: &Known, key: &str| known.tags.iter().any(|tag| tag.to_lowercase() == key);
    vec![
        (json!({}), Box::new(|_| true)),
        (json!({ "tags": null, "favorite": null, "contentTypes": null, "analysisStatus": null }), Box::new(|_| true)),
        (json!({ "tags": [], "contentTypes": [], "analysisStatus": [] }), Box::new(|_| true)),
        (json!({ "favorite": true }), Box::new(|known| known.image.favorite)),
        (json!({ "favorite": false }), Box::new(|known| !known.image.favorite)),
        (json!({ "tags": [" cAt"] }), Box::new(move |known| tagged(known, "cat"))),
        (
            json!({ "tags": ["CAT", "a\u{308}hre"] }),
            Box::new(move |known| tagged(known, "cat") && tagged(known, "ähre")),
        ),
        (json!({ "tags": ["cat", "bird"] }), Box::new(|_| false)),
        (json!({ "tags": [""] }), Box::new(|_| false)),
        (json!({ "tags": ["c\u{0}at", "x".repeat(5000)] }), Box::new(|_| false)),
        (json!({ "contentTypes": ["image/png"] }), Box::new(|known| known.image.content_type == "image/png")),
        (
            json!({ "contentTypes": ["IMAGE/PNG", "image/gif", "text/html"] }),
            Box::new(|known| known.image.content_type != "image/jpeg"),
        ),
        (json!({ "contentTypes": ["image/svg+xml", "\u{0}"] }), Box::new(|_| false)),
        (json!({ "analysisStatus": "FAILED" }), Box::new(|known| known.image.analysis_status == Some(Status::Failed))),
        (
            json!({ "analysisStatus": ["QUEUED", "COMPLETED", "QUEUED"] }),
            Box::new(|known| matches!(known.image.analysis_status, Some(Status::Queued | Status::Completed))),
        ),
        (json!({ "analysisStatus": ["CANCELED"] }), Box::new(|_| false)),
        (json!({ "hasAltText": true }), Box::new(|known| known.alt_text.is_some())),
        (json!({ "hasAltText": false }), Box::new(|known| known.alt_text.is_none())),
        // From this instant on; before that one.
        (json!({ "uploadedAfter": instant(middle) }), Box::new(move |known| known.image.uploaded_at.0 >= middle)),
        (json!({ "uploadedBefore": instant(middle) }), Box::new(move |known| known.image.uploaded_at.0 < middle)),
        (
            json!({ "takenAfter": instant(1_000_020), "takenBefore": instant(1_000_040) }),
            Box::new(|known| known.image.taken_at.is_some_and(|at| (1_000_020..1_000_040).contains(&at.0))),
        ),
        // Images of which nobody says when they were taken were uploaded before that.
        (json!({ "takenBefore": "2999-01-01T00:00:00Z" }), Box::new(|known| known.image.taken_at.is_some())),
        (
            json!({ "favorite": true, "analysisStatus": ["COMPLETED", "FAILED"], "tags": ["cat"] }),
            Box::new(move |known| {
                let status = known.image.analysis_status;
                known.image.favorite
                    && matches!(status, Some(Status::Completed | Status::Failed))
                    && tagged(known, "cat")
            }),
        ),
        (
            json!({ "contentTypes": ["image/png"], "hasAltText": true, "uploadedBefore": instant(middle),
                "takenAfter": instant(0) }),
            Box::new(move |known| {
                let image = &known.image;
                image.content_type == "image/png"
                    && known.alt_text.is_some()
                    && image.uploaded_at.0 < middle
                    && image.taken_at.is_some()
            }),
        ),
    ]
}

fn sorted(mut fitting: Vec<Known>, order: &str, descending: bool) -> Vec<String> {
    fitting.sort_by_key(|Known { image, .. }| {
        let number = match order {
            "BYTE_SIZE" => image.byte_size,
            "TAKEN_AT" => image.taken_or_uploaded_at.0,
            "FILENAME" => image.filename_key[0].into(),
            _ => image.uploaded_at.0,
        };
        (number, image.id)
    });
    if descending {
        fitting.reverse();
    }
    fitting.into_iter().map(|known| Kind::Image.encode(known.image.id)).collect()
}

/// All ids of a list, read page by page from its beginning or from its end.
async fn walk(client: &Client, order: &Value, filter: &Value, backward: bool, total: usize) -> Vec<String> {
    let (size, cursor, from, more) = if backward {
        ("last", "before", "startCursor", "hasPreviousPage")
    } else {
        ("first", "after", "endCursor", "hasNextPage")
    };
    let (mut all, mut at) = (Vec::new(), Value::Null);
    loop {
        let arguments = json!({ size: 7, cursor: at, "order": order, "filter": filter });
        let page = client.ask(PAGE, arguments).await.data("images");
        assert_eq!(page["totalCount"], total, "{filter}");
        let ids = page["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap().to_owned());
        let ids: Vec<_> = ids.collect();
        if backward {
            all.splice(0..0, ids);
        } else {
            all.extend(ids);
        }
        at = page["pageInfo"][from].clone();
        if page["pageInfo"][more] == false {
            return all;
        }
    }
}

#[tokio::test]
async fn a_filtered_list_has_what_fits_and_nothing_else_in_every_order_and_direction() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.register("ada").await, app.register("bob").await);
    let mine = known(rows::user_id(&ada).await);
    insert(&app, &mine).await;
    insert(&app, &known(rows::user_id(&bob).await)).await;
    for (number, (filter, fits)) in filters().iter().enumerate() {
        let fitting: Vec<_> = mine.iter().filter(|known| fits(known)).cloned().collect();
        for (place, order) in ORDERS.into_iter().enumerate() {
            let (descending, backward) = ((number + place) % 2 == 0, (number + place) % 4 < 2);
            let by = json!({ "field": order, "direction": if descending { "DESC" } else { "ASC" } });
            let seen = walk(&ada, &by, filter, backward, fitting.len()).await;
            assert_eq!(seen, sorted(fitting.clone(), order, descending), "{filter} by {by}");
        }
    }
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_filter_only() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    insert(&app, &known(rows::user_id(&ada).await)).await;
    let filters = [
        Value::Null,
        json!({ "favorite": true }),
        json!({ "favorite": false }),
        json!({ "tags": ["cat"] }),
        json!({ "tags": ["cat", "dog"] }),
        json!({ "hasAltText": true }),
        json!({ "analysisStatus": ["QUEUED"] }),
        json!({ "contentTypes": ["image/png"] }),
        json!({ "uploadedAfter": "2000-01-01T00:00:00Z" }),
        json!({ "takenAfter": "1970-01-01T00:00:00Z" }),
    ];
    let ask = async |filter: &Value, after: &Value| {
        ada.ask(PAGE, json!({ "first": 1, "after": after, "filter": filter })).await
    };
    for own in &filters {
        let cursor = ask(own, &Value::Null).await.data("images")["pageInfo"]["endCursor"].clone();
        assert!(cursor.is_string(), "{own}");
        for other in &filters {
            let answer = ask(other, &cursor).await;
            if own == other {
                assert_eq!(answer.data("images")["pageInfo"]["hasPreviousPage"], true);
            } else {
                assert_eq!(answer.code(), "BAD_REQUEST", "a cursor of {own} with {other}");
            }
        }
    }
    // The same in other words.
    let cursor =
        ask(&json!({ "tags": ["cat", "dog"] }), &Value::Null).await.data("images")["pageInfo"]["endCursor"].clone();
    ask(&json!({ "tags": ["DOG", " cat ", "Dog"], "contentTypes": [] }), &cursor).await.data("images");
    let cursor = ask(&Value::Null, &Value::Null).await.data("images")["pageInfo"]["endCursor"].clone();
    ask(&json!({ "tags": [], "favorite": null }), &cursor).await.data("images");
}

#[tokio::test]
async fn a_filter_of_more_than_ten_words_is_refused() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    for name in ["tags", "contentTypes"] {
        for (count, refused) in [(10, false), (11, true), (1000, true)] {
            let answer = ada.ask(PAGE, json!({ "filter": { name: vec!["image/png"; count] } })).await;
            assert_eq!(answer.body.get("errors").is_some(), refused, "{count} {name}");
            if refused {
                assert_eq!(answer.code(), "BAD_REQUEST");
            }
        }
    }
    let answer = ada.ask(PAGE, json!({ "filter": { "takenAfter": "yesterday" } })).await;
    assert_eq!(answer.code(), "BAD_REQUEST");
}
