//! The making of renditions: on first use, once however many ask at the same time, and kept in the storage. Who goes
//! away while waiting in line is not made anything for; what was begun is finished.

use std::time::Duration;

use bytes::Bytes;
use moka::future::Cache;
use tokio::time::{Instant, timeout_at};
use tracing::Instrument;
use uuid::Uuid;

use super::Images;
use super::delete::LAST_WRITER;
use super::renditions::size_of;
use crate::db::entities::image;
use crate::error::{Fault, chain};
use crate::pictures::{Fit, Output, RenderError, Spec, Turn, fit_within};
use crate::storage::{Key, Prefix, StorageError};

/// Part of the storage key: another way of rendering gets another number.
pub(super) const VERSION: &str = "v3";

/// The time a rendition may take, waiting in line included. What is written so late that its image is gone is found
/// through the tombstone, which stays longer than this.
pub(super) const MAKING: Duration = Duration::from_mins(1);
const _: () = assert!(2 * MAKING.as_secs() <= LAST_WRITER.as_secs());

/// How long an original that could not be read is not tried again, unless it is another one. It is told in the log when it
/// is tried.
const UNREADABLE: Duration = Duration::from_mins(10);

/// To contain, the ladder has few sizes. To cover, any aspect can be asked for: those are kept up to so many bytes, and while
/// there are fewer renditions than this.
const LARGEST_KEPT: usize = 8 << 20;
const MOST_KEPT: usize = 200;

/// Bytes of renditions just made that are held for those who asked at the same time.
const HELD: u64 = 32 << 20;

/// Why there is no rendition.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// The original is damaged or lost, though its image is there.
    #[error("the original cannot be read")]
    Unreadable,
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Renditions being made, by key; None where the image is gone.
type Shared = Cache<String, Option<Bytes>>;

/// Whoever comes second waits with the first.
#[derive(Clone)]
pub(super) struct Makers {
    /// In line. If the first one goes away, the second one takes its place.
    waiting: Shared,
    /// Begun, whether anybody still waits or not.
    begun: Shared,
    /// Originals that could not be read, and which object that was; none where there was none.
    unreadable: Cache<Uuid, Option<String>>,
}

impl Default for Makers {
    fn default() -> Self {
        let shared = || {
            let weight =
                |_: &String, made: &Option<Bytes>| made.as_ref().map_or(1, Bytes::len).try_into().unwrap_or(u32::MAX);
            // An entry only has to outlive the storage's write.
            Cache::builder().weigher(weight).max_capacity(HELD).time_to_live(Duration::from_secs(5)).build()
        };
        let unreadable = Cache::builder().max_capacity(10_000).time_to_live(UNREADABLE).build();
        Self { waiting: shared(), begun: shared(), unreadable }
    }
}

impl Images {
    /// A small JPEG without metadata: all that ever leaves for the vision model.
    pub async fn render_for_model(&self, image: &image::Model, max_side: u32) -> Result<Bytes, Fault> {
        let (width, height) = fit_within(size_of(image), max_side);
        let spec = Spec::contain(width, height, Output::Jpeg);
        let rendered = async {
            let turn = self.pool.turn().await.map_err(Fault::internal)?;
            self.render(turn, image, vec![spec]).await
        };
        let rendered = in_time(Instant::now() + MAKING, rendered).await;
        match rendered {
            Ok(made) => made.and_then(|made| made.into_iter().next()).ok_or_else(|| StorageError::NotFound.into()),
            Err(MakeError::Fault(fault)) => Err(fault),
            Err(unreadable) => Err(Fault::internal(unreadable)),
        }
    }

    /// Renders and stores, unless somebody else is at it: then waits for them. None: the image is gone.
    pub(super) async fn make_rendition(
        &self,
        image: &image::Model,
        spec: Spec,
        key: &Key,
    ) -> Result<Option<Bytes>, MakeError> {
        if let Some(found) = self.makers.unreadable.get(&image.id).await
            && found == self.version(image.id).await?
        {
            return Err(MakeError::Unreadable);
        }
        let until = Instant::now() + MAKING;
        let making = async {
            let turn = in_time(until, async { Ok(self.pool.turn().await.map_err(Fault::internal)?) }).await?;
            let (images, image, key) = (self.clone(), image.clone(), key.clone());
            let begun = async move {
                let made = in_time(until, images.store_rendition(turn, &image, spec, &key));
                images.makers.begun.try_get_with(key.to_string(), made).await
            };
            let made = tokio::spawn(begun.in_current_span()).await.map_err(Fault::internal)?;
            made.map_err(|shared| own(&shared))
        };
        let made = self.makers.waiting.try_get_with(key.to_string(), making).await;
        made.map_err(|shared| own(&shared))
    }

    async fn store_rendition(
        &self,
        turn: Turn,
        image: &image::Model,
        spec: Spec,
        key: &Key,
    ) -> Result<Option<Bytes>, MakeError> {
        let made = self.render(turn, image, vec![spec]).await?;
        let Some(bytes) = made.and_then(|made| made.into_iter().next()) else { return Ok(None) };
        let keep = spec.fit == Fit::Contain || (bytes.len() <= LARGEST_KEPT && self.kept(image.id).await < MOST_KEPT);
        let there = if keep { self.keep(image.id, key, &bytes, spec).await? } else { self.is_ready(image.id).await? };
        Ok(there.then_some(bytes))
    }

    /// Stores a rendition. False: its image was deleted meanwhile. One that cannot be kept can still be shown.
    pub(super) async fn keep(&self, image: Uuid, key: &Key, bytes: &Bytes, spec: Spec) -> Result<bool, Fault> {
        if let Err(error) = self.blobs.put_bytes(key, bytes.clone(), spec.format.content_type()).await {
            tracing::warn!(%image, error = %chain(&error), "a rendition cannot be kept");
        }
        // The image may have been deleted meanwhile, after its objects were removed.
        let there = self.is_ready(image).await?;
        if !there {
            self.blobs.delete(key).await?;
        }
        Ok(there)
    }

    async fn is_ready(&self, image: Uuid) -> Result<bool, Fault> {
        Ok(self.ready(image).await?.is_some())
    }

    async fn kept(&self, image: Uuid) -> usize {
        // Where it cannot be said, one more does not matter.
        self.blobs.list(&Prefix::renditions(image), None, MOST_KEPT).await.map_or(0, |kept| kept.len())
    }

    /// Several renditions of one image, from one decode. None: the image is gone. The original is read only when its turn
    /// has come, so that there are never more originals in memory than pictures at work.
    pub(super) async fn render(
        &self,
        turn: Turn,
        image: &image::Model,
        specs: Vec<Spec>,
    ) -> Result<Option<Vec<Bytes>>, MakeError> {
        let original = match self.blobs.get(&Key::original(image.id), None).await {
            Err(StorageError::NotFound) => return self.lost(image.id, &StorageError::NotFound).await,
            original => original.map_err(Fault::from)?,
        };
        let most = self.limits.max_bytes.max(image.byte_size.unsigned_abs());
        let bytes = original.bytes(most).await.map_err(Fault::from)?;
        match turn.render(bytes, specs).await {
            Ok(made) => Ok(Some(made.into_iter().map(Bytes::from).collect())),
            // Of another size than its row says, it is another picture.
            Err(error @ (RenderError::Unreadable(_) | RenderError::Size)) => self.lost(image.id, &error).await,
            Err(error) => Err(Fault::internal(error).into()),
        }
    }

    /// What it means that an original cannot be read: that its image was deleted, or else that something is wrong, which
    /// is told once.
    pub(super) async fn lost<T>(
        &self,
        image: Uuid,
        why: &(dyn std::error::Error + Sync + 'static),
    ) -> Result<Option<T>, MakeError> {
        if !self.is_ready(image).await? {
            return Ok(None);
        }
        let found = self.version(image).await?;
        if self.makers.unreadable.get(&image).await.is_none_or(|known| known != found) {
            tracing::error!(%image, cause = %chain(why), "an original cannot be read");
            self.makers.unreadable.insert(image, found).await;
        }
        Err(MakeError::Unreadable)
    }

    /// Which object the original is right now: another one after it was replaced or brought back.
    async fn version(&self, image: Uuid) -> Result<Option<String>, Fault> {
        Ok(self.blobs.inspect(&Key::original(image)).await?.map(|pinned| pinned.version))
    }
}

pub(super) async fn in_time<T>(
    until: Instant,
    work: impl Future<Output = Result<T, MakeError>>,
) -> Result<T, MakeError> {
    let late = |_| Fault::Unavailable("a rendition took too long".into());
    timeout_at(until, work).await.map_err(late)?
}

/// For each of those who waited together, in the words of the one error.
fn own(shared: &MakeError) -> MakeError {
    match shared {
        MakeError::Unreadable => MakeError::Unreadable,
        MakeError::Fault(Fault::Unavailable(cause)) => Fault::Unavailable(chain(cause.as_ref()).into()).into(),
        MakeError::Fault(Fault::Internal(cause)) => Fault::Internal(chain(cause.as_ref()).into()).into(),
    }
}

pub(super) fn rendition_key(image: Uuid, spec: &Spec) -> Result<Key, StorageError> {
    Key::rendition(image, &format!("{VERSION}-{spec}"))
}
