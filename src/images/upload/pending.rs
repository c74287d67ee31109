//! The rows of an image that is being taken in, made of what its file says.

use sea_orm::{ConnectionTrait, DbErr, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::LEASE;
use crate::clock::Timestamp;
use crate::db::entities::{image, image_metadata};
use crate::db::ids;
use crate::error::Fault;
use crate::images::filename;
use crate::pictures::{Picture, Swatch};
use crate::spool::Spooled;
use crate::viewer::Viewer;

/// What is known of an image before it has a row.
pub(super) struct Facts<'a> {
    pub viewer: &'a Viewer,
    pub file: &'a Spooled,
    pub title: Option<String>,
    pub picture: Picture,
    pub now: Timestamp,
}

/// The rows of one image.
pub(super) struct Rows {
    pub image: image::Model,
    metadata: image_metadata::Model,
}

impl Rows {
    pub fn of(facts: Facts<'_>) -> Result<Self, Fault> {
        let Facts { viewer, file, title, picture, now } = facts;
        let (id, name) = (ids::new(), filename::clean(&file.filename));
        let metadata = metadata(id, &picture);
        let image = image::Model {
            id,
            owner_id: viewer.user_id,
            state: image::State::Pending,
            lease_until: Some(now.plus(LEASE)),
            filename_key: filename::key(&name),
            filename: name,
            title,
            content_type: picture.format.content_type().to_owned(),
            byte_size: i64::try_from(file.len).map_err(Fault::internal)?,
            width: i32::try_from(picture.width).map_err(Fault::internal)?,
            height: i32::try_from(picture.height).map_err(Fault::internal)?,
            has_alpha: picture.has_alpha,
            sha256: hex::encode(file.sha256),
            animated: picture.frames > 1,
            thumbhash: picture.thumbhash,
            uploaded_at: now,
            updated_at: now,
            favorite: false,
            taken_at: metadata.taken_at,
            taken_or_uploaded_at: metadata.taken_at.unwrap_or(now),
            dedupe_key: None,
            analysis_id: None,
            analysis_status: None,
        };
        Ok(Self { image, metadata })
    }

    pub async fn insert(&self, db: &impl ConnectionTrait) -> Result<(), DbErr> {
        let image = self.image.clone().into_active_model();
        image::Entity::insert(image).exec_without_returning(db).await?;
        insert_metadata(db, self.metadata.clone()).await
    }
}

pub async fn insert_metadata(db: &impl ConnectionTrait, metadata: image_metadata::Model) -> Result<(), DbErr> {
    image_metadata::Entity::insert(metadata.into_active_model()).exec_without_returning(db).await?;
    Ok(())
}

pub fn metadata(image: Uuid, picture: &Picture) -> image_metadata::Model {
    let said = &picture.metadata;
    image_metadata::Model {
        image_id: image,
        palette: picture.palette.iter().copied().flat_map(color).collect(),
        camera: said.camera.clone(),
        lens: said.lens.clone(),
        focal_length: said.focal_length,
        aperture: said.aperture,
        exposure: said.exposure.clone(),
        iso: said.iso.and_then(|iso| i32::try_from(iso).ok()),
        taken_at: said.taken.as_ref().map(|taken| Timestamp(taken.unix_ms())),
        taken_at_local: said.taken.as_ref().map(|taken| taken.local.clone()),
        utc_offset: said.taken.as_ref().and_then(|taken| taken.utc_offset.clone()),
        latitude: said.location.map(|place| place.latitude),
        longitude: said.location.map(|place| place.longitude),
    }
}

/// Red, green, blue, and the share in two bytes.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what two bytes hold")]
fn color(swatch: Swatch) -> [u8; 5] {
    let [red, green, blue] = swatch.rgb;
    let [high, low] = ((swatch.share.clamp(0.0, 1.0) * f32::from(u16::MAX)).round() as u16).to_be_bytes();
    [red, green, blue, high, low]
}
