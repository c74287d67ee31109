//! What was put and never completed goes when the time is over, and not before.

use std::time::Duration;

use image_manager::db::entities::upload;
use image_manager::db::ids;
use sea_orm::{EntityTrait, IntoActiveModel};

use super::{NONE, Setting};
use crate::support::pictures;

#[tokio::test]
async fn what_nobody_completed_goes_when_no_put_can_be_under_way_and_not_before() {
    let bytes = pictures::jpeg(64, 48);
    for setting in Setting::both().await {
        let ticket = setting.ticket(&bytes).await;
        setting.ticket(&bytes).await;
        setting.put(&ticket, &bytes).await;
        // Until it expires, and for an hour after that.
        for minutes in [0, 59, 60] {
            setting.app.clock.advance(Duration::from_mins(minutes));
            assert_eq!(setting.app.app.images.sweep_tickets().await.unwrap(), 0, "{minutes}");
            assert_eq!((setting.stored("incoming").len(), setting.tickets().await.len()), (1, 2));
        }
        setting.app.clock.advance(Duration::from_mins(2));
        setting.app.app.images.sweep_tickets().await.unwrap();
        assert_eq!(setting.left(), NONE);
        assert_eq!(setting.tickets().await, []);
    }
}

#[tokio::test]
async fn a_ticket_whose_file_cannot_be_removed_stays_until_it_can() {
    let bytes = pictures::jpeg(64, 48);
    let mut setting = Setting::s3().await;
    let ticket = setting.ticket(&bytes).await;
    setting.put(&ticket, &bytes).await;
    setting.app.clock.advance(Duration::from_mins(121));
    setting.bucket.as_mut().unwrap().stop().await;
    assert_eq!(setting.app.app.images.sweep_tickets().await.unwrap(), 0);
    assert_eq!(setting.tickets().await.len(), 1);
    setting.bucket.as_mut().unwrap().resume().await;
    // It does not stand in the way of the others meanwhile.
    assert_eq!(setting.app.app.images.sweep_tickets().await.unwrap(), 0);
    setting.app.clock.advance(Duration::from_mins(1));
    setting.app.app.images.sweep_tickets().await.unwrap();
    assert_eq!(setting.left(), NONE);
    assert_eq!(setting.tickets().await, []);
}

#[tokio::test]
async fn many_expired_tickets_go_in_one_round() {
    let setting = Setting::disk().await;
    setting.ticket(b"x").await;
    let row = setting.tickets().await.remove(0);
    let more = (0..450).map(|_| upload::Model { id: ids::new(), ..row.clone() }.into_active_model());
    let more = upload::Entity::insert_many(more);
    more.exec_without_returning(setting.app.app.db.write()).await.unwrap();
    setting.app.clock.advance(Duration::from_mins(121));
    setting.app.app.images.sweep_tickets().await.unwrap();
    assert_eq!(setting.tickets().await, []);
}
