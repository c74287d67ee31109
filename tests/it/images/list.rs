//! The list of images: pages by keyset, in both directions, in every order.

use image_manager::clock::Timestamp;
use image_manager::db::entities::image;
use image_manager::db::ids::Kind;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::client::Client;
use crate::support::{TestApp, rows};

const PAGE: &str = "query ($first: Int, $after: String, $last: Int, $before: String, $order: ImageOrder) {
    images(first: $first, after: $after, last: $last, before: $before, orderBy: $order) {
        totalCount edges { cursor node { id } } nodes { id }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";

const ORDERS: [(&str, &str); 8] = [
    ("UPLOADED_AT", "ASC"),
    ("UPLOADED_AT", "DESC"),
    ("BYTE_SIZE", "ASC"),
    ("BYTE_SIZE", "DESC"),
    ("TAKEN_AT", "ASC"),
    ("TAKEN_AT", "DESC"),
    ("FILENAME", "ASC"),
    ("FILENAME", "DESC"),
];

/// Twenty images; many have the same size, many the same time, many the same name.
async fn twenty(app: &TestApp, owner: Uuid) -> Vec<image::Model> {
    let mut images: Vec<_> = (0..20).map(|_| rows::image(owner)).collect();
    for (number, image) in (0_i64..).zip(&mut images) {
        image.byte_size = 1000 + number * 7 % 3;
        image.uploaded_at = Timestamp(image.uploaded_at.0 + number * 3 % 4);
        image.taken_or_uploaded_at = Timestamp(number * 11 % 5 - 2);
        // Bytes that are no text, that end where others go on, and that only their last one tells apart.
        let keys: [&[u8]; 6] = [b"", b"a", b"a\0", b"a\xff", b"b", b"\xff"];
        image.filename_key = keys[usize::try_from(number * 5 % 6).unwrap()].to_vec();
    }
    rows::insert_images(&app.app, &images).await;
    images
}

/// The ids in the order that the API promises: ties are broken by age.
fn sorted(images: &[image::Model], (field, direction): (&str, &str)) -> Vec<String> {
    let mut images: Vec<_> = images.iter().collect();
    match field {
        "BYTE_SIZE" => images.sort_by_key(|image| (image.byte_size, image.id)),
        "TAKEN_AT" => images.sort_by_key(|image| (image.taken_or_uploaded_at, image.id)),
        "FILENAME" => images.sort_by_key(|image| (image.filename_key.clone(), image.id)),
        _ => images.sort_by_key(|image| (image.uploaded_at, image.id)),
    }
    if direction == "DESC" {
        images.reverse();
    }
    images.into_iter().map(|image| Kind::Image.encode(image.id)).collect()
}

fn order((field, direction): (&str, &str)) -> Value {
    json!({ "field": field, "direction": direction })
}

async fn page(client: &Client, arguments: Value) -> Value {
    client.ask(PAGE, arguments).await.data("images")
}

fn ids(page: &Value) -> Vec<String> {
    let edges: Vec<_> = page["edges"].as_array().unwrap().iter().map(|edge| edge["node"]["id"].clone()).collect();
    let nodes: Vec<_> = page["nodes"].as_array().unwrap().iter().map(|node| node["id"].clone()).collect();
    assert_eq!(edges, nodes);
    nodes.iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn walking_forward_gives_every_image_once_and_in_order_whatever_the_page_size() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let images = twenty(&app, rows::user_id(&ada).await).await;
    for by in ORDERS {
        for size in [1, 3, 7] {
            let (mut seen, mut after) = (Vec::new(), Value::Null);
            loop {
                let page = page(&ada, json!({ "first": size, "after": after, "order": order(by) })).await;
                let info = &page["pageInfo"];
                assert_eq!(page["totalCount"], 20);
                assert_eq!(info["hasPreviousPage"], !after.is_null());
                assert_eq!(info["startCursor"], page["edges"][0]["cursor"]);
                seen.extend(ids(&page));
                assert_eq!(info["hasNextPage"], seen.len() < 20, "{} seen", seen.len());
                if info["hasNextPage"] == false {
                    break;
                }
                after = info["endCursor"].clone();
            }
            assert_eq!(seen, sorted(&images, by), "{by:?} by {size}");
        }
    }
}

#[tokio::test]
async fn walking_backward_gives_the_same_list_from_its_end() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let images = twenty(&app, rows::user_id(&ada).await).await;
    for by in ORDERS {
        for size in [1, 3, 7] {
            let (mut seen, mut before) = (Vec::new(), Value::Null);
            loop {
                let page = page(&ada, json!({ "last": size, "before": before, "order": order(by) })).await;
                let info = &page["pageInfo"];
                assert_eq!(info["hasNextPage"], !before.is_null());
                seen.splice(0..0, ids(&page));
                assert_eq!(info["hasPreviousPage"], seen.len() < 20, "{} seen", seen.len());
                if info["hasPreviousPage"] == false {
                    break;
                }
                before = info["startCursor"].clone();
            }
            assert_eq!(seen, sorted(&images, by), "{by:?} by {size}");
        }
    }
}

#[tokio::test]
async fn a_page_between_two_cursors_keeps_to_them() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let images = twenty(&app, rows::user_id(&ada).await).await;
    let by = ("UPLOADED_AT", "DESC");
    let all = page(&ada, json!({})).await;
    let sorted = sorted(&images, by);
    assert_eq!(ids(&all), sorted, "the newest first, and twenty, where nothing is asked for");
    let cursor = |at: usize| all["edges"][at]["cursor"].clone();
    let between = page(&ada, json!({ "first": 100, "after": cursor(4), "before": cursor(9) })).await;
    assert_eq!(ids(&between), sorted[5..9]);
    let last = page(&ada, json!({ "last": 2, "after": cursor(4), "before": cursor(9) })).await;
    assert_eq!(ids(&last), sorted[7..9]);
    let none = page(&ada, json!({ "first": 5, "after": cursor(19) })).await;
    assert_eq!(ids(&none), [""; 0]);
    assert_eq!(none["pageInfo"]["startCursor"], Value::Null);
    assert_eq!(none["pageInfo"]["hasNextPage"], false);
}

#[tokio::test]
async fn what_comes_and_goes_between_two_pages_shifts_nothing() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let owner = rows::user_id(&ada).await;
    let sorted = sorted(&twenty(&app, owner).await, ("UPLOADED_AT", "DESC"));
    let first = page(&ada, json!({ "first": 5 })).await;
    assert_eq!(ids(&first), sorted[..5]);

    let mut newer = rows::image(owner);
    newer.uploaded_at = Timestamp(newer.uploaded_at.0 + 1000);
    rows::insert_images(&app.app, &[newer]).await;
    // The very image that the cursor stands on goes, too.
    let input = json!({ "input": { "ids": [sorted[4], sorted[5]] } });
    ada.ask("mutation ($input: ImageIdsInput!) { deleteImages(input: $input) { deletedIds } }", input).await;

    let second = page(&ada, json!({ "first": 5, "after": first["pageInfo"]["endCursor"] })).await;
    assert_eq!(ids(&second), sorted[6..11]);
    assert_eq!(second["totalCount"], 19);
}

#[tokio::test]
async fn a_list_shows_its_owner_whole_images_only() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.register("ada").await, app.register("bob").await);
    let (ada_id, bob_id) = (rows::user_id(&ada).await, rows::user_id(&bob).await);
    let (mine, theirs) = (rows::image(ada_id), rows::image(bob_id));
    let mut pending = rows::image(ada_id);
    // Far from over, or the sweeper would take it.
    (pending.state, pending.lease_until) = (image::State::Pending, Some(Timestamp(i64::MAX)));
    let mut deleting = rows::image(ada_id);
    (deleting.state, deleting.lease_until) = (image::State::Deleting, Some(Timestamp(i64::MAX)));
    rows::insert_images(&app.app, &[mine.clone(), theirs, pending.clone(), deleting.clone()]).await;
    for by in ORDERS {
        let page = page(&ada, json!({ "order": order(by) })).await;
        assert_eq!(ids(&page), [Kind::Image.encode(mine.id)]);
        assert_eq!(page["totalCount"], 1);
    }
    for hidden in [pending, deleting] {
        let answer =
            ada.ask("query ($id: ID!) { image(id: $id) { id } }", json!({ "id": Kind::Image.encode(hidden.id) }));
        assert_eq!(answer.await.data("image"), Value::Null);
    }
}
