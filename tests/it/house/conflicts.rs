//! Transactions that meet. SQLite has one writer at a time, so there they never do.

use image_manager::db::entities::user;
use image_manager::error::Fault;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait, QueryFilter};

use crate::support::{TestApp, database};

async fn touch(db: &impl ConnectionTrait, username: &str) -> Result<(), DbErr> {
    let update = user::Entity::update_many().col_expr(user::Column::Language, Expr::value("de"));
    update.filter(user::Column::UsernameKey.eq(username)).exec(db).await.map(drop)
}

#[tokio::test]
async fn a_transaction_that_writes_reads_what_others_have_committed_meanwhile() {
    if database::admin_url().is_none() {
        return;
    }
    let app = TestApp::start().await;
    let txn = app.app.db.begin().await.unwrap();
    assert_eq!(user::Entity::find().count(&txn).await.unwrap(), 0);
    app.register("ada").await;
    assert_eq!(user::Entity::find().count(&txn).await.unwrap(), 1);
    txn.commit().await.unwrap();
}

#[tokio::test]
async fn a_deadlock_is_no_defect_and_may_be_tried_again() {
    if database::admin_url().is_none() {
        return;
    }
    let app = TestApp::start().await;
    app.register("ada").await;
    app.register("bob").await;
    let (one, two) = (app.app.db.begin().await.unwrap(), app.app.db.begin().await.unwrap());
    touch(&one, "ada").await.unwrap();
    touch(&two, "bob").await.unwrap();
    // The one that gives way must let go for the other to go on.
    let crossed = |txn: DatabaseTransaction, username| async move {
        let outcome = touch(&txn, username).await;
        txn.rollback().await.unwrap();
        outcome
    };
    let (one, two) = tokio::join!(crossed(one, "bob"), crossed(two, "ada"));
    let lost = one.err().or(two.err()).expect("nobody gave way");
    assert!(matches!(Fault::from(lost), Fault::Unavailable(_)));
}
