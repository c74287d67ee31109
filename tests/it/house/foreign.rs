//! What the viewer may not see does not exist: the answer to another's id, to a deleted one, to one of another type and
//! to what is no id at all is, byte for byte, that to an id that never was.

use async_graphql::parser::types::{InputValueDefinition, TypeKind};
use image_manager::db::ids::Kind;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::TestApp;
use crate::support::app::eventually;
use crate::support::client::Client;
use crate::support::ws::Socket;

/// Every field that takes an id, by a document whose variable `$id` goes there.
const FIELDS: [(&str, &str); 10] = [
    ("Query.node.id", "query($id: ID!) { node(id: $id) { __typename id } }"),
    ("Query.nodes.ids", "query($id: ID!) { nodes(ids: [$id]) { __typename id } }"),
    ("Query.image.id", "query($id: ID!) { image(id: $id) { id filename } }"),
    ("Query.analysis.id", "query($id: ID!) { analysis(id: $id) { id status } }"),
    (
        "ImageIdsInput.ids",
        "mutation($id: ID!) { deleteImages(input: {ids: [$id]}) { deletedIds errors { __typename code message path } } }",
    ),
    (
        "UpdateImageInput.id",
        "mutation($id: ID!) { updateImage(input: {id: $id, favorite: true, tags: [\"mine\"], text: {language: \"en\", altText: \"\"}}) { image { id } errors { __typename code message path } } }",
    ),
    (
        "CompleteUploadInput.uploadId",
        "mutation($id: ID!) { completeUpload(input: {uploadId: $id}) { image { id } errors { __typename code message path } } }",
    ),
    (
        "AnalyzeImageInput.imageId",
        "mutation($id: ID!) { analyzeImage(input: {imageId: $id}) { analysis { id } errors { __typename code message path } } }",
    ),
    (
        "AnalysisSubject.analysisId",
        "subscription($id: ID!) { analysisEvents(of: {analysisId: $id}) { cursor analysis { id } } }",
    ),
    (
        "AnalysisSubject.imageId",
        "subscription($id: ID!) { analysisEvents(of: {imageId: $id}) { cursor analysis { id } } }",
    ),
];

/// An image with a finished analysis.
async fn analyzed(client: &Client) -> (String, String) {
    let image = client.picture().await;
    let document = "mutation($id: ID!) { analyzeImage(input: {imageId: $id}) { analysis { id } } }";
    let asked = client.ask(document, json!({ "id": image })).await.data("analyzeImage");
    let analysis = asked["analysis"]["id"].as_str().unwrap().to_owned();
    let status = "query($id: ID!) { analysis(id: $id) { status } }";
    eventually("the analysis", || async {
        let found = client.ask(status, json!({ "id": analysis })).await.data("analysis");
        (found["status"] == "COMPLETED").then_some(())
    })
    .await;
    (image, analysis)
}

/// Everything that is said, up to the end.
async fn said(client: &Client, socket: &mut Socket, document: &str, id: &str) -> String {
    if !document.starts_with("subscription") {
        let answer = client.ask(document, json!({ "id": id })).await;
        return format!("{} {}", answer.status, answer.body);
    }
    socket.subscribe("s", document, json!({ "id": id })).await;
    let mut all = Vec::new();
    loop {
        let message = socket.next().await;
        let last = message["type"] != "next";
        all.push(message.to_string());
        if last {
            return all.join("\n");
        }
    }
}

#[test]
fn every_field_that_takes_an_id_is_in_the_list() {
    let is_id = |value: &InputValueDefinition| value.ty.node.to_string().replace(['[', ']', '!'], "") == "ID";
    let mut found = Vec::new();
    for one in super::types() {
        let owner = one.name.node;
        match one.kind {
            TypeKind::Object(object) => {
                for field in object.fields.iter().map(|field| &field.node) {
                    let taken = field.arguments.iter().filter(|argument| is_id(&argument.node));
                    found.extend(
                        taken.map(|argument| format!("{owner}.{}.{}", field.name.node, argument.node.name.node)),
                    );
                }
            }
            TypeKind::InputObject(input) => {
                let taken = input.fields.iter().filter(|field| is_id(&field.node));
                found.extend(taken.map(|field| format!("{owner}.{}", field.node.name.node)));
            }
            _ => {}
        }
    }
    let mut listed = FIELDS.map(|(name, _)| name.to_owned()).to_vec();
    found.sort();
    listed.sort();
    assert_eq!(found, listed);
}

#[tokio::test]
async fn an_id_that_is_not_the_viewers_gets_the_answer_of_one_that_never_was() {
    let app = TestApp::with_ai().await;
    let (ada, bob) = (app.register("ada").await, app.register("bob").await);
    let (foreign_image, foreign_analysis) = analyzed(&ada).await;
    let (deleted_image, deleted_analysis) = analyzed(&bob).await;
    let (own_image, own_analysis) = analyzed(&bob).await;
    let delete = "mutation($id: ID!) { deleteImages(input: {ids: [$id]}) { deletedIds } }";
    let deleted = bob.ask(delete, json!({ "id": deleted_image })).await.data("deleteImages");
    assert_eq!(deleted["deletedIds"], json!([deleted_image]));
    let ticket =
        ada.announce("a.jpg", "image/jpeg", b"x", json!({})).await["upload"]["id"].as_str().unwrap().to_owned();
    let foreign_user = ada.query("{ me { user { id } } }").await.data("me")["user"]["id"].as_str().unwrap().to_owned();

    let suffix = own_image.trim_start_matches("image_");
    let strange = [
        foreign_image.clone(),
        foreign_analysis.clone(),
        foreign_user,
        ticket,
        deleted_image,
        deleted_analysis,
        Kind::Session.encode(Uuid::now_v7()),
        Kind::Analysis.encode(Uuid::now_v7()),
        Kind::User.encode(Uuid::now_v7()),
        Kind::Image.encode(Uuid::nil()),
        // The viewer's own, but of another type, or not written as it was given out.
        format!("analysis_{suffix}"),
        format!("user_{suffix}"),
        format!("picture_{suffix}"),
        own_analysis.replace("analysis_", "image_"),
        own_image.to_uppercase(),
        suffix.to_owned(),
        format!("{own_image} "),
        format!("{own_image}0"),
        own_image[..own_image.len() - 1].to_owned(),
        String::new(),
        "image_".to_owned(),
        "_".to_owned(),
        "0".to_owned(),
        "\u{0}".to_owned(),
        format!("{own_image}\u{0}"),
        "' OR '1'='1".to_owned(),
        "\u{1f9a6}".to_owned(),
        "x".repeat(10_000),
    ];
    let mut socket = Socket::of(&bob).await;
    for (field, document) in FIELDS {
        let kind = if document.contains("analysisId") || document.contains("analysis(") {
            Kind::Analysis
        } else if document.contains("uploadId") {
            Kind::Upload
        } else {
            Kind::Image
        };
        let never = said(&bob, &mut socket, document, &kind.encode(Uuid::now_v7())).await;
        assert_eq!(never, expected(field), "{field}");
        for id in &strange {
            let answer = said(&bob, &mut socket, document, id).await;
            assert_eq!(answer, never, "{field} with {:?}", &id[..id.len().min(60)]);
        }
    }
    // It was the id: the same documents find what is the viewer's, and nothing of the others was touched.
    let own = bob.ask(FIELDS[1].1, json!({ "id": own_image })).await.data("nodes");
    assert_eq!(own, json!([{ "__typename": "Image", "id": own_image }]));
    for id in [foreign_image, foreign_analysis] {
        assert_eq!(ada.ask(FIELDS[0].1, json!({ "id": id })).await.data("node")["id"], json!(id));
    }
}

/// What an id that never was gets.
fn expected(field: &str) -> String {
    let not_found = |message: &str, path: Value| json!([{ "__typename": "InputError", "code": "NOT_FOUND", "message": message, "path": path }]);
    let data = match field {
        "Query.node.id" => json!({ "node": null }),
        "Query.nodes.ids" => json!({ "nodes": [null] }),
        "Query.image.id" => json!({ "image": null }),
        "Query.analysis.id" => json!({ "analysis": null }),
        "ImageIdsInput.ids" => {
            let errors = not_found("There is no such image.", json!(["input", "ids", "0"]));
            json!({ "deleteImages": { "deletedIds": [], "errors": errors } })
        }
        "UpdateImageInput.id" => {
            let errors = not_found("There is no such image.", json!(["input", "id"]));
            json!({ "updateImage": { "image": null, "errors": errors } })
        }
        "CompleteUploadInput.uploadId" => {
            let errors = not_found("There is no such upload, or it has expired.", json!(["input", "uploadId"]));
            json!({ "completeUpload": { "image": null, "errors": errors } })
        }
        "AnalyzeImageInput.imageId" => {
            let errors = not_found("There is no such image.", json!(["input", "imageId"]));
            json!({ "analyzeImage": { "analysis": null, "errors": errors } })
        }
        _ => return json!({ "type": "complete", "id": "s" }).to_string(),
    };
    format!("200 {}", json!({ "data": data }))
}

#[tokio::test]
async fn a_foreign_id_among_ones_own_hinders_none_of_them() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.register("ada").await, app.register("bob").await);
    let foreign = ada.picture().await;
    let (first, second) = (bob.picture().await, bob.picture().await);
    let ids = json!([first, foreign, "junk", second, first]);
    let nodes = bob.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": ids })).await.data("nodes");
    assert_eq!(nodes, json!([{ "id": first }, null, null, { "id": second }, { "id": first }]));
    let document = "mutation($ids: [ID!]!) { deleteImages(input: {ids: $ids}) { deletedIds errors { code path } } }";
    let deleted = bob.ask(document, json!({ "ids": [first, foreign, "junk", second] })).await.data("deleteImages");
    assert_eq!(deleted["deletedIds"], json!([first, second]));
    let not_found = |index: &str| json!({ "code": "NOT_FOUND", "path": ["input", "ids", index] });
    assert_eq!(deleted["errors"], json!([not_found("1"), not_found("2")]));
    assert_eq!(ada.query("{ images { totalCount } }").await.data("images")["totalCount"], 1);
}

#[tokio::test]
async fn a_filter_finds_nothing_of_anybody_else() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.register("ada").await, app.register("bob").await);
    let (foreign, own) = (ada.picture().await, bob.picture().await);
    let update = "mutation($input: UpdateImageInput!) { updateImage(input: $input) { errors { code } } }";
    let input = json!({ "id": foreign, "favorite": true, "tags": ["holiday"], "takenAt": "2024-05-17T12:00:00Z",
        "text": { "language": "en", "altText": "A beach" } });
    assert_eq!(ada.ask(update, json!({ "input": input })).await.refusals("updateImage"), [""; 0]);
    let document = "query($filter: ImageFilter) { images(filter: $filter) { totalCount nodes { id } } }";
    let filters = [
        json!({ "tags": ["holiday"] }),
        json!({ "favorite": true }),
        json!({ "hasAltText": true }),
        json!({ "takenAfter": "2000-01-01T00:00:00Z" }),
    ];
    for filter in filters {
        let found = |client: &Client| {
            let (client, filter) = (client.clone(), filter.clone());
            async move { client.ask(document, json!({ "filter": filter })).await.data("images") }
        };
        assert_eq!(found(&ada).await, json!({ "totalCount": 1, "nodes": [{ "id": foreign }] }), "{filter}");
        assert_eq!(found(&bob).await, json!({ "totalCount": 0, "nodes": [] }), "{filter}");
    }
    let found = bob.ask(document, json!({ "filter": { "hasAltText": false } })).await.data("images");
    assert_eq!(found, json!({ "totalCount": 1, "nodes": [{ "id": own }] }));
}
