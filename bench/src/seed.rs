//! What is in the database: two people with thousands of images each, every one with words and analyses; or many people
//! with nothing but a session.

use image_manager::clock::Timestamp;
use image_manager::db::Db;
use image_manager::db::entities::{analysis, image, image_text, session, user};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use crate::Outcome;

/// Of each person.
pub const IMAGES: u32 = 5_000;
/// Of each image.
const ANALYSES: u32 = 2;
/// Rows an INSERT; PostgreSQL takes 65,535 parameters.
const BATCH: usize = 1_000;

pub async fn fill(db: &Db, owners: [Uuid; 2], now: Timestamp) -> Outcome<()> {
    for owner in owners {
        let images: Vec<image::Model> = (0..IMAGES).map(|number| picture(owner, number, now)).collect();
        let texts: Vec<_> = images.iter().map(words).collect();
        let analyses: Vec<_> =
            images.iter().flat_map(|image| (0..ANALYSES).map(|number| answer(image, number))).collect();
        insert(db, images).await?;
        insert(db, texts).await?;
        insert(db, analyses).await?;
    }
    db.write().execute_unprepared("VACUUM ANALYZE").await?;
    Ok(())
}

/// People who are signed in; the ids of each and of their session.
pub async fn people(db: &Db, count: usize, now: Timestamp) -> Outcome<Vec<(Uuid, Uuid)>> {
    let users: Vec<_> = (0..count).map(|number| person(number, now)).collect();
    let sessions: Vec<_> = users.iter().map(|user| signed_in(user.id, now)).collect();
    let ids = sessions.iter().map(|session| (session.user_id, session.id)).collect();
    insert(db, users).await?;
    insert(db, sessions).await?;
    Ok(ids)
}

fn person(number: usize, now: Timestamp) -> user::Model {
    let (name, email) = (format!("person{number}"), format!("person{number}@example.org"));
    user::Model {
        id: Uuid::now_v7(),
        username: name.clone(),
        username_key: name,
        email: email.clone(),
        email_key: email,
        // Of no password.
        password_hash: String::new(),
        language: "en".to_owned(),
        created_at: now,
    }
}

fn signed_in(user_id: Uuid, now: Timestamp) -> session::Model {
    session::Model {
        id: Uuid::now_v7(),
        user_id,
        user_agent: None,
        created_at: now,
        last_used_at: now,
        expires_at: Timestamp(now.0 + 24 * 60 * 60 * 1000),
        ended_at: None,
    }
}

async fn insert<A, M>(db: &Db, rows: Vec<M>) -> Outcome<()>
where
    A: ActiveModelTrait,
    M: IntoActiveModel<A> + Clone,
{
    for batch in rows.chunks(BATCH) {
        let models = batch.iter().cloned().map(IntoActiveModel::into_active_model);
        A::Entity::insert_many(models).exec_without_returning(db.write()).await?;
    }
    Ok(())
}

fn picture(owner_id: Uuid, number: u32, now: Timestamp) -> image::Model {
    // One a minute, the last one just now.
    let uploaded_at = Timestamp(now.0 - i64::from(IMAGES - number) * 60_000);
    image::Model {
        id: Uuid::now_v7(),
        owner_id,
        state: image::State::Ready,
        lease_until: None,
        filename: format!("IMG_{number:04}.jpg"),
        title: None,
        content_type: "image/jpeg".to_owned(),
        byte_size: 4_000_000 + i64::from(number),
        width: 4000,
        height: 3000,
        has_alpha: false,
        sha256: format!("{number:064x}"),
        thumbhash: "1QcSHQRnh493V4dIh4eXh1h4kJUI".to_owned(),
        uploaded_at,
        updated_at: uploaded_at,
        animated: false,
        favorite: false,
        taken_at: None,
        taken_or_uploaded_at: uploaded_at,
        filename_key: format!("img_{number:04}.jpg").into_bytes(),
        dedupe_key: None,
        analysis_id: None,
        analysis_status: None,
    }
}

fn words(image: &image::Model) -> image_text::Model {
    image_text::Model {
        image_id: image.id,
        language: "en".to_owned(),
        description: Some(
            "A red lighthouse stands on dark rocks at the edge of the sea. Low waves break around it, and gulls circle \
             above. The sky is overcast, and far out a freighter can be made out."
                .to_owned(),
        ),
        description_source: Some(image_text::TextSource::Analysis),
        alt_text: Some("A red lighthouse on rocks by the sea, under a gray sky".to_owned()),
        alt_text_source: Some(image_text::TextSource::Analysis),
        updated_at: image.updated_at,
        analysis_description: None,
        analysis_alt_text: None,
    }
}

fn answer(image: &image::Model, number: u32) -> analysis::Model {
    let at = Timestamp(image.uploaded_at.0 + i64::from(number) * 1000);
    analysis::Model {
        id: Uuid::now_v7(),
        image_id: image.id,
        owner_id: image.owner_id,
        status: analysis::Status::Completed,
        prompt: None,
        language: "en".to_owned(),
        provider: "openai".to_owned(),
        model: "gpt-4o-mini".to_owned(),
        answer: None,
        description: words(image).description,
        alt_text: words(image).alt_text,
        tags: Some(r#"["lighthouse","sea","rocks","gulls","overcast"]"#.to_owned()),
        detected_text: None,
        input_tokens: Some(1200),
        output_tokens: Some(80),
        failure_code: None,
        failure_message: None,
        next_attempt_at: None,
        attempts: 1,
        created_at: at,
        started_at: Some(at),
        finished_at: Some(at),
        updated_at: at,
    }
}
