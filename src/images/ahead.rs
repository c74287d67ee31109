//! Renditions that are made ahead: those that a list of images shows, from one decode, soon after the upload. They are
//! made when nobody waits for a picture; what is not made by then is made on first use, like all others.

use std::sync::Arc;

use tokio::sync::{Mutex, mpsc};
use tokio::time::Instant;
use uuid::Uuid;

use super::making::{MAKING, MakeError, in_time, rendition_key};
use super::renditions::spec_of;
use super::{Images, OutputFormat, Transform};
use crate::db::entities::image;
use crate::error::Fault;
use crate::pictures::{Fit, Spec};

/// The widths, in pixels, that the web client's grid shows on usual screens.
const WIDTHS: [u32; 3] = [256, 400, 640];

/// Images whose renditions are to be made. What does not fit, and what is forgotten when the process ends, is made on
/// first use.
#[derive(Clone)]
pub(super) struct Ahead {
    hand: mpsc::Sender<Uuid>,
    taken: Arc<Mutex<mpsc::Receiver<Uuid>>>,
}

impl Default for Ahead {
    fn default() -> Self {
        let (hand, taken) = mpsc::channel(10_000);
        Self { hand, taken: Arc::new(Mutex::new(taken)) }
    }
}

impl Images {
    /// To be called after the commit that made the image READY.
    pub fn uploaded(&self, image: Uuid) {
        let _ = self.ahead.hand.try_send(image);
    }

    /// Makes the renditions of what is uploaded in this process, one image at a time; for ever.
    pub async fn make_ahead(&self) {
        let mut taken = self.ahead.taken.lock().await;
        while let Some(id) = taken.recv().await {
            self.pool.idle().await;
            match in_time(Instant::now() + MAKING, self.make_for_lists(id)).await {
                // Whoever asks for it is told, and the log is.
                Ok(()) | Err(MakeError::Unreadable) => {}
                Err(MakeError::Fault(fault)) => {
                    tracing::warn!(image = %id, error = %fault, "renditions are left to be made on first use");
                }
            }
        }
    }

    async fn make_for_lists(&self, id: Uuid) -> Result<(), MakeError> {
        let Some(image) = self.ready(id).await? else { return Ok(()) };
        let mut missing = Vec::new();
        for spec in specs(&image) {
            let key = rendition_key(image.id, &spec).map_err(Fault::from)?;
            if self.blobs.len(&key).await.map_err(Fault::from)?.is_none() {
                missing.push((spec, key));
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let turn = self.pool.turn().await.map_err(Fault::internal)?;
        let Some(made) = self.render(turn, &image, missing.iter().map(|(spec, _)| *spec).collect()).await? else {
            return Ok(());
        };
        for ((spec, key), bytes) in missing.iter().zip(made) {
            if !self.keep(image.id, key, &bytes, *spec).await? {
                break;
            }
        }
        Ok(())
    }
}

/// The different ones: a small picture has fewer.
fn specs(image: &image::Model) -> Vec<Spec> {
    let transform = |width| Transform {
        width: Some(width),
        height: None,
        fit: Fit::Contain,
        format: OutputFormat::Auto,
        quality: None,
    };
    let mut specs: Vec<Spec> = WIDTHS.iter().map(|width| spec_of(image, &transform(*width))).collect();
    specs.dedup();
    specs
}
