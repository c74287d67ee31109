//! Following analyses while the database does not answer.

use sea_orm::{DatabaseTransaction, TransactionTrait};
use serde_json::json;

use super::{ask, event, follow, outcome};
use crate::support::TestApp;
use crate::support::ws::Socket;

/// Every connection that reads: whoever wants another one waits in vain.
async fn take_all(app: &TestApp) -> Vec<DatabaseTransaction> {
    let mut taken = Vec::new();
    while let Ok(one) = app.app.db.read().begin().await {
        taken.push(one);
    }
    taken
}

#[tokio::test]
async fn a_subscription_outlives_an_outage_of_the_database() {
    let app = TestApp::with_ai().await;
    let ada = app.register("ada").await;
    let image = ada.picture().await;
    let id = ask(&ada, &image).await;
    outcome(&ada, &id).await;
    let mut socket = Socket::of(&ada).await;
    let taken = take_all(&app).await;
    follow(&mut socket, "1", json!({ "imageId": image }), None).await;
    // This one comes after, and waits as long: when it has failed, so has the subscription's first look.
    assert_eq!(ada.query("{ me { user { id } } }").await.body["data"]["me"], json!(null));
    for one in taken {
        one.rollback().await.unwrap();
    }
    let first = event(&mut socket).await;
    assert_eq!((&first["analysis"]["id"], &first["status"]), (&json!(id), &json!("COMPLETED")));
    // And it goes on.
    let next = ask(&ada, &image).await;
    assert_eq!(event(&mut socket).await["analysis"]["id"], next);
}
