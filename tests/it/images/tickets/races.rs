//! Many at once, one that died, a file that is replaced, a storage that goes: one image, or none.

use std::time::Duration;

use futures_util::future::join_all;
use image_manager::db::entities::{image, upload};
use image_manager::db::ids::{self, Kind};
use image_manager::images::{Claimed, Error, TicketError};
use image_manager::viewer::Viewer;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Setting;
use crate::support::app::eventually;
use crate::support::client::refusals;
use crate::support::{pictures, rows};

/// Longer than the lease of a completion.
const A_LEASE: Duration = Duration::from_secs(61);

async fn ready(setting: &Setting) -> Vec<image::Model> {
    let mut rows = rows::images(&setting.app.app).await;
    rows.retain(|row| row.state == image::State::Ready);
    rows
}

#[tokio::test]
async fn twenty_completions_at_once_make_one_image() {
    let bytes = pictures::jpeg(64, 48);
    for setting in Setting::both().await {
        for policy in ["RETURN_EXISTING", "KEEP_BOTH"] {
            let before = ready(&setting).await.len();
            let bytes = pictures::with_comment(&bytes, policy.as_bytes()[0]);
            let ticket = setting.put_ticket(&bytes).await;
            let answers = join_all((0..20).map(|_| setting.complete(&ticket, json!({ "onDuplicate": policy })))).await;
            assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
            assert_eq!((&answers[0]["errors"], &answers[0]["duplicate"]), (&json!([]), &json!(false)));
            assert_eq!(rows::images(&setting.app.app).await.len(), before + 1);
        }
        setting.cleared().await;
        assert_eq!(setting.stored("originals").len(), 2);
    }
}

async fn claim(setting: &Setting, ticket: &Value) -> Result<Claimed, Error> {
    let user_id = rows::user_id(&setting.ada).await;
    let viewer = Viewer { user_id, session_id: ids::new(), username: "ada".to_owned(), language: "en".to_owned() };
    setting.app.app.images.claim_ticket(&viewer, uuid_of(ticket), Duration::ZERO).await
}

fn uuid_of(ticket: &Value) -> Uuid {
    Kind::Upload.decode(ticket["id"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_completion_that_died_is_taken_over_when_its_lease_is_over_and_not_before() {
    let setting = Setting::disk().await;
    let ticket = setting.put_ticket(&pictures::jpeg(64, 48)).await;
    assert!(matches!(claim(&setting, &ticket).await, Ok(Claimed::Mine(_))));
    assert!(matches!(claim(&setting, &ticket).await, Err(Error::Ticket(TicketError::Conflict))));
    setting.app.clock.advance(A_LEASE);
    assert!(matches!(claim(&setting, &ticket).await, Ok(Claimed::Mine(_))));
    assert!(matches!(claim(&setting, &ticket).await, Err(Error::Ticket(TicketError::Conflict))));
    setting.app.clock.advance(A_LEASE);
    let payload = setting.complete(&ticket, json!({})).await;
    assert_eq!(payload["errors"], json!([]));
    // The dead one wakes up and gives back what is no longer its own.
    let receipt = image_manager::images::Receipt::Ticket(uuid_of(&ticket));
    setting.app.app.images.give_back(&receipt).await;
    assert_eq!(setting.tickets().await[0].state, upload::State::Completed);
    assert_eq!(setting.complete(&ticket, json!({})).await, payload);
}

#[tokio::test]
async fn of_two_that_overlap_one_makes_the_image_and_both_give_it() {
    let setting = Setting::s3().await;
    let bucket = setting.bucket.as_ref().unwrap();
    let bytes = pictures::jpeg(64, 48);
    let ticket = setting.put_ticket(&bytes).await;
    bucket.hold("PUT /pictures/originals/");
    let copies = async |count: usize| {
        let arrived = async || (bucket.count("PUT /pictures/originals/") == count).then_some(());
        eventually("a copy", arrived).await;
    };
    let both = json!({ "onDuplicate": "KEEP_BOTH" });
    let second = async {
        copies(1).await;
        // The first one is taken for dead.
        setting.app.clock.advance(A_LEASE);
        let third = async {
            copies(2).await;
            bucket.release();
        };
        tokio::join!(setting.complete(&ticket, both.clone()), third).0
    };
    let (first, second) = tokio::join!(setting.complete(&ticket, both.clone()), second);
    assert_eq!((&first["errors"], &first), (&json!([]), &second));
    assert_eq!(ready(&setting).await.len(), 1);
    setting.app.clock.advance(Duration::from_secs(121));
    setting.app.app.images.sweep().await.unwrap();
    assert_eq!((rows::images(&setting.app.app).await.len(), setting.stored("originals").len()), (1, 1));
}

#[tokio::test]
async fn a_file_that_is_replaced_while_it_is_looked_at_is_looked_at_again() {
    let setting = Setting::s3().await;
    let bucket = setting.bucket.as_ref().unwrap();
    let [first, second] = [1, 2].map(|comment| pictures::with_comment(&pictures::jpeg(64, 48), comment));
    let ticket = setting.put_ticket(&first).await;
    bucket.hold("PUT /pictures/originals/");
    let replace = async {
        eventually("the copy", async || (bucket.count("PUT /pictures/originals/") == 1).then_some(())).await;
        assert_eq!(setting.put(&ticket, &second).await / 100, 2);
        bucket.release();
    };
    let (payload, ()) = tokio::join!(setting.complete(&ticket, json!({})), replace);
    // What is stored is what was looked at: never the one with the facts of the other.
    assert_eq!(payload["errors"], json!([]));
    assert_eq!(payload["image"]["sha256"], hex::encode(Sha256::digest(&second)));
    let [image] = &ready(&setting).await[..] else { panic!("one image") };
    let stored = std::fs::read(bucket.bucket().join(format!("originals/{}", image.id.simple()))).unwrap();
    assert_eq!(stored, second);
}

#[tokio::test]
async fn a_storage_that_goes_before_the_copy_leaves_the_ticket_as_it_was() {
    let bytes = pictures::jpeg(64, 48);
    for setting in Setting::both().await {
        let ticket = setting.put_ticket(&bytes).await;
        let originals = match &setting.bucket {
            Some(bucket) => bucket.bucket().join("originals"),
            None => setting.app.data.path().join("files/originals"),
        };
        // A file where the folder should be: nothing can be stored there.
        let _ = std::fs::remove_dir_all(&originals);
        std::fs::write(&originals, "").unwrap();
        let answer = setting.ada.complete_upload(ticket["id"].as_str().unwrap(), json!({})).await;
        assert_eq!(answer.code(), "UNAVAILABLE");
        assert_eq!((ready(&setting).await.len(), setting.tickets().await[0].state), (0, upload::State::Open));
        std::fs::remove_file(&originals).unwrap();
        std::fs::create_dir(&originals).unwrap();
        assert_eq!(setting.complete(&ticket, json!({})).await["errors"], json!([]));
        setting.app.clock.advance(Duration::from_secs(121));
        setting.app.app.images.sweep().await.unwrap();
        assert_eq!((rows::images(&setting.app.app).await.len(), setting.stored("originals").len()), (1, 1));
    }
}

#[tokio::test]
async fn while_the_bucket_is_away_a_ticket_is_given_and_a_completion_says_so() {
    let mut setting = Setting::s3().await;
    let bytes = pictures::jpeg(64, 48);
    let put = setting.put_ticket(&bytes).await;
    setting.bucket.as_mut().unwrap().stop().await;
    let ticket = setting.ticket(&bytes).await;
    let answer = setting.ada.complete_upload(put["id"].as_str().unwrap(), json!({})).await;
    assert_eq!(answer.code(), "UNAVAILABLE");
    setting.bucket.as_mut().unwrap().resume().await;
    assert_eq!(setting.complete(&put, json!({})).await["errors"], json!([]));
    assert_eq!(refusals(&setting.complete(&ticket, json!({})).await), ["UPLOAD_MISSING"]);
}
