//! What the camera wrote into the file.

use async_graphql::SimpleObject;

use crate::db::entities::image_metadata;

/// What the camera wrote into the file. What it did not write is null.
#[derive(SimpleObject)]
pub struct Exif {
    /// Maker and model.
    camera: Option<String>,
    /// The lens's model.
    lens: Option<String>,
    /// In millimeters.
    focal_length: Option<f64>,
    /// The f-number.
    aperture: Option<f64>,
    /// In seconds, as people write it: `1/250`.
    exposure: Option<String>,
    /// The sensitivity.
    iso: Option<i32>,
    /// Wall-clock time where the camera was, `2024-05-17T14:03:22`; `takenAt` of the image is the instant.
    taken_at_local: Option<String>,
    /// The camera's offset from UTC, such as `+02:00`.
    utc_offset: Option<String>,
    /// Where the camera was.
    location: Option<Location>,
}

/// A place on the Earth (WGS 84).
#[derive(SimpleObject)]
pub struct Location {
    /// Degrees north, -90 to 90.
    latitude: f64,
    /// Degrees east, -180 to 180.
    longitude: f64,
}

impl Exif {
    /// None when nothing of it is known.
    pub fn of(row: &image_metadata::Model) -> Option<Self> {
        let location = row.latitude.zip(row.longitude).map(|(latitude, longitude)| Location { latitude, longitude });
        let known = row.camera.is_some()
            || row.lens.is_some()
            || row.focal_length.is_some()
            || row.aperture.is_some()
            || row.exposure.is_some()
            || row.iso.is_some()
            || row.taken_at_local.is_some()
            || row.utc_offset.is_some()
            || location.is_some();
        known.then(|| Self {
            camera: row.camera.clone(),
            lens: row.lens.clone(),
            focal_length: row.focal_length,
            aperture: row.aperture,
            exposure: row.exposure.clone(),
            iso: row.iso,
            taken_at_local: row.taken_at_local.clone(),
            utc_offset: row.utc_offset.clone(),
            location,
        })
    }
}
