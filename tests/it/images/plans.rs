//! How a database goes about a list: by the index made for it, from the cursor on, without looking at the rest of a table
//! and without sorting. Asked of the database itself, with enough rows that its planner has something to choose.

use image_manager::clock::Timestamp;
use image_manager::db::entities::analysis::Status;
use image_manager::db::entities::{image, image_tag, image_text};
use image_manager::db::ids;
use image_manager::images::{ImageFilter, ImageList, ImageOrder, OrderField, Span, Wanted};
use image_manager::page::{PageRequest, Position};
use image_manager::viewer::Viewer;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, QueryResult, QueryTrait, Statement};
use uuid::Uuid;

use crate::support::{TestApp, rows};

const IMAGES: i64 = 3000;

/// Images of which every property is about as frequent as its absence, with their tags and texts.
async fn insert(app: &TestApp, owner: Uuid) -> Vec<image::Model> {
    let make = |number: i64| {
        let mut image = rows::image(owner);
        image.uploaded_at = Timestamp(image.uploaded_at.0 + number);
        image.taken_at = (number % 3 > 0).then_some(Timestamp(image.uploaded_at.0 - number * 7919 % 100_000));
        image.taken_or_uploaded_at = image.taken_at.unwrap_or(image.uploaded_at);
        image.byte_size = 1000 + number * 7919 % 100_003;
        image.filename_key = format!("img_{}", number * 7919 % 100_019).into_bytes();
        image.favorite = number % 2 == 0;
        ["image/jpeg", "image/png"][usize::try_from(number / 2 % 2).unwrap()].clone_into(&mut image.content_type);
        image.analysis_status = [Status::Failed, Status::Completed, Status::Queued]
            .into_iter()
            .nth(usize::try_from(number / 4 % 4).unwrap());
        image
    };
    let images: Vec<_> = (0..IMAGES).map(make).collect();
    for some in images.chunks(500) {
        rows::insert_images(&app.app, some).await;
        let tags = some.iter().enumerate().flat_map(|(place, image)| {
            let tags: &[&str] = [&["cat", "dog"] as &[_], &["cat"], &["dog"]][place % 3];
            tags.iter().zip(0..).map(|(tag, position)| image_tag::Model {
                image_id: image.id,
                tag_key: (*tag).to_owned(),
                tag: (*tag).to_owned(),
                position,
                owner_id: image.owner_id,
            })
        });
        let tags = image_tag::Entity::insert_many(tags.map(IntoActiveModel::into_active_model));
        tags.exec_without_returning(app.app.db.write()).await.unwrap();
        let texts = some.iter().step_by(2).map(|image| image_text::Model {
            image_id: image.id,
            language: "en".to_owned(),
            description: None,
            description_source: None,
            alt_text: Some("A row".to_owned()),
            alt_text_source: Some(image_text::TextSource::Analysis),
            updated_at: image.updated_at,
            analysis_description: None,
            analysis_alt_text: None,
        });
        let texts = image_text::Entity::insert_many(texts.map(IntoActiveModel::into_active_model));
        texts.exec_without_returning(app.app.db.write()).await.unwrap();
    }
    images
}

/// Filters by name, and the index for the order of uploads where it is another one than that order's own.
fn filters(middle: Timestamp) -> Vec<(&'static str, Wanted, Option<&'static str>)> {
    let span = Span { from: Some(Timestamp(middle.0 - 1_000_000)), before: Some(Timestamp(middle.0 + 1_000_000)) };
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    let wanted = Wanted::default;
    vec![
        ("nothing", wanted(), None),
        ("favorite", Wanted { favorite: Some(true), ..wanted() }, Some("image_by_favorite")),
        ("type", Wanted { content_types: words(&["image/png"]), ..wanted() }, Some("image_by_content_type")),
        ("types", Wanted { content_types: words(&["image/png", "image/gif"]), ..wanted() }, None),
        ("status", Wanted { analysis_status: vec![Status::Failed], ..wanted() }, Some("image_by_analysis_status")),
        ("states", Wanted { analysis_status: vec![Status::Failed, Status::Queued], ..wanted() }, None),
        ("uploaded", Wanted { uploaded: span, ..wanted() }, None),
        ("taken", Wanted { taken: span, ..wanted() }, None),
        ("tag", Wanted { tags: words(&["cat"]), ..wanted() }, None),
        ("tags", Wanted { tags: words(&["cat", "dog"]), ..wanted() }, None),
        ("alt text", Wanted { has_alt_text: Some(true), ..wanted() }, None),
        ("no alt text", Wanted { has_alt_text: Some(false), ..wanted() }, None),
        (
            "favorite with tag and alt text",
            Wanted { favorite: Some(true), tags: words(&["cat"]), has_alt_text: Some(true), ..wanted() },
            Some("image_by_favorite"),
        ),
    ]
}

const ORDERS: [(OrderField, &str, &str); 4] = [
    (OrderField::UploadedAt, "image_by_uploaded_at", "uploaded_at"),
    (OrderField::ByteSize, "image_by_byte_size", "byte_size"),
    (OrderField::TakenAt, "image_by_taken_at", "taken_or_uploaded_at"),
    (OrderField::Filename, "image_by_filename", "filename_key"),
];

fn explain(statement: &Statement) -> Statement {
    let word = if statement.db_backend == DbBackend::Sqlite { "EXPLAIN QUERY PLAN" } else { "EXPLAIN" };
    Statement { sql: format!("{word} {}", statement.sql), ..statement.clone() }
}

/// The plan, one step a line.
async fn plan(app: &TestApp, statement: &Statement) -> Vec<String> {
    let rows = app.app.db.read().query_all_raw(explain(statement)).await.unwrap();
    let step = |row: &QueryResult| match statement.db_backend {
        DbBackend::Sqlite => row.try_get::<String>("", "detail").unwrap(),
        DbBackend::Postgres => row.try_get_by_index::<String>(0).unwrap(),
        _ => {
            let column = |name: &str| row.try_get::<Option<String>>("", name).unwrap().unwrap_or_default();
            ["table", "type", "key", "Extra"].map(column).join(" ")
        }
    };
    rows.iter().map(step).collect()
}

/// What is wrong with a plan; None: nothing. `sort` is the column of the order where the page begins at a cursor.
fn wrong(backend: DbBackend, plan: &[String], index: &str, sort: Option<&str>) -> Option<&'static str> {
    let any = |check: &dyn Fn(&str) -> bool| plan.iter().any(|step| check(step));
    let has = |words: &str| any(&|step| step.contains(words));
    match backend {
        DbBackend::Sqlite => {
            let from_cursor = |step: &str| {
                sort.is_none_or(|sort| step.contains(&format!("{sort}>?")) || step.contains(&format!("{sort}<?")))
            };
            if !any(&|step| step.contains(&format!("SEARCH image USING INDEX {index} ")) && from_cursor(step)) {
                return Some("another index, or not from the cursor on");
            }
            if any(&|step| step.starts_with("SCAN ") && step != "SCAN CONSTANT ROW") {
                return Some("a scan");
            }
            has("TEMP B-TREE").then_some("a sort")
        }
        DbBackend::Postgres => {
            let from_cursor = || {
                sort.is_none_or(|sort| any(&|step| step.contains("Index Cond:") && step.contains(&format!("({sort} "))))
            };
            let walked = ["Index Scan using", "Index Scan Backward using"];
            if !walked.iter().any(|walk| has(&format!("{walk} {index} on image "))) || !from_cursor() {
                return Some("another index, or not from the cursor on");
            }
            if has("Seq Scan") {
                return Some("a scan");
            }
            has("Sort").then_some("a sort")
        }
        _ => {
            let kinds: &[&str] = if sort.is_some() { &["range"] } else { &["range", "ref"] };
            let walked = kinds.iter().any(|kind| has(&format!("image {kind} {index} ")));
            if !walked {
                return Some("another index, or not from the cursor on");
            }
            if any(&|step| step.contains(" ALL ")) {
                return Some("a scan");
            }
            (has("filesort") || has("temporary")).then_some("a sort")
        }
    }
}

#[tokio::test]
async fn every_list_is_walked_by_its_index_from_the_cursor_on_without_a_sort() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.register("ada").await, app.register("bob").await);
    let owner = rows::user_id(&ada).await;
    let images = insert(&app, owner).await;
    insert(&app, rows::user_id(&bob).await).await;
    let db = &app.app.db;
    let viewer =
        Viewer { user_id: owner, session_id: ids::new(), username: "ada".to_owned(), language: "en".to_owned() };
    // SQLite plans without having looked at the tables, too: nobody tells it to.
    let looked: &[&str] = match db.backend() {
        DbBackend::Sqlite => &["SELECT 1", "ANALYZE"],
        DbBackend::Postgres => &["ANALYZE"],
        _ => &["ANALYZE TABLE image, image_tag, image_text PERSISTENT FOR ALL"],
    };
    let mut problems = Vec::new();
    for look in looked {
        db.write().query_all_raw(Statement::from_string(db.backend(), *look)).await.unwrap();
        for (name, wanted, own_index) in filters(images[0].uploaded_at) {
            let filter: ImageFilter = wanted.try_into().unwrap();
            for (field, index, sort) in ORDERS {
                let index = own_index.filter(|_| field == OrderField::UploadedAt).unwrap_or(index);
                for descending in [false, true] {
                    let list = ImageList { order: ImageOrder { field, descending }, filter: filter.clone() };
                    let mut by_order: Vec<_> = images.iter().map(|image| field.position(image)).collect();
                    by_order.sort_by_key(|position| (position.sort.clone(), position.id));
                    let deep: Position<_> = by_order[by_order.len() / 2].clone();
                    for after in [None, Some(deep)] {
                        let from_cursor = after.is_some();
                        let request = PageRequest { size: 20, backward: false, after, before: None };
                        let statement = app.app.images.page_query(&viewer, &list, &request).build(db.backend());
                        let plan = plan(&app, &statement).await;
                        if let Some(problem) = wrong(db.backend(), &plan, index, from_cursor.then_some(sort)) {
                            problems.push(format!(
                                "{name} by {field:?}{} {}, {look}: {problem}\n  {}",
                                if descending { " descending" } else { "" },
                                if from_cursor { "from a cursor" } else { "from the beginning" },
                                plan.join("\n  ")
                            ));
                        }
                    }
                }
            }
        }
    }
    assert!(problems.is_empty(), "{} plans are wrong:\n{}", problems.len(), problems.join("\n"));
}
