//! The way into this module from asynchronous code: work on pictures runs on the blocking threads, as many pictures at
//! once as there are cores, and within a memory budget. Work that has begun ends, even if nobody waits for it any
//! more; what it holds is given back only then.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::sync::Arc;
use std::thread::available_parallelism;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

use super::container::Outline;
use super::probe::{self, Limits, Picture};
use super::rejection::Rejection;
use super::render::{self, RenderError, Spec};

/// The memory budget is counted in these: 64 KiB, so that any number of bytes fits a semaphore's count.
const UNIT: u64 = 64 << 10;

/// Where a picture's bytes are.
#[derive(Debug)]
pub enum Source {
    Bytes(Bytes),
    /// Read from its beginning, and no further than the limit.
    File(File),
}

impl From<Bytes> for Source {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<File> for Source {
    fn from(file: File) -> Self {
        Self::File(file)
    }
}

/// Why a picture was not examined to a good end.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// It is the picture's fault.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The file could not be read.
    #[error("the file could not be read")]
    Read(#[from] io::Error),
}

/// Bounds the work on pictures of this process; clones share the bounds.
#[derive(Clone, Debug)]
pub struct Pool(Arc<Bounds>);

#[derive(Debug)]
struct Bounds {
    /// Pictures at work or waiting for memory, with their compressed bytes in memory.
    places: Arc<Semaphore>,
    /// Originals that are read to be rendered, or wait for a place. Apart from the places, because a slow storage must
    /// not keep files that come in waiting.
    turns: Arc<Semaphore>,
    /// Units of decoded pixels.
    memory: Arc<Semaphore>,
    units: u32,
}

/// The right to have one original in memory, to render it.
#[derive(Debug)]
pub struct Turn {
    pool: Pool,
    turn: OwnedSemaphorePermit,
}

/// Why work has no result: its thread panicked, or the process is going down.
#[derive(Debug)]
struct Lost;

impl From<Lost> for Rejection {
    fn from(_: Lost) -> Self {
        Self::Corrupt { reason: "the decoder failed on it" }
    }
}

impl From<Lost> for ProbeError {
    fn from(lost: Lost) -> Self {
        Self::Rejected(lost.into())
    }
}

impl From<Lost> for RenderError {
    fn from(lost: Lost) -> Self {
        Self::Unreadable(lost.into())
    }
}

impl Pool {
    /// A pool that decodes within `memory_budget` bytes, beside the compressed bytes (two files a core). A picture that
    /// takes more than the whole budget is decoded while no other is.
    pub fn new(memory_budget: u64) -> Self {
        Self::with_places(memory_budget, available_parallelism().map_or(1, usize::from))
    }

    fn with_places(memory_budget: u64, places: usize) -> Self {
        let units = u32::try_from(memory_budget / UNIT).unwrap_or(u32::MAX).max(1);
        let memory = Semaphore::new(usize::try_from(units).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS));
        let [places, turns] = [(); 2].map(|()| Arc::new(Semaphore::new(places)));
        Self(Arc::new(Bounds { places, turns, memory: Arc::new(memory), units }))
    }

    /// Examines a file; see [`probe`](super::probe()).
    ///
    /// # Errors
    /// A [`Rejection`], also if the decoder panics; or the error of reading the file.
    pub async fn probe(&self, source: impl Into<Source>, limits: Limits) -> Result<Picture, ProbeError> {
        let source = source.into();
        let place = self.place().await?;
        let outline = move || {
            let bytes = read(source, limits.max_bytes)?;
            let outline = probe::outline(&bytes, &limits)?;
            Ok::<_, ProbeError>((bytes, outline))
        };
        let (place, outlined) = blocking(place, outline).await?;
        let (bytes, outline) = outlined?;
        let memory = self.memory(outline.decode_memory).await?;
        let (_, picture) = blocking((place, memory), move || probe::examine(&bytes, &outline)).await?;
        Ok(picture?)
    }

    /// Waits, in line, for the turn of one picture. Only then is the time to read it into memory.
    ///
    /// # Errors
    /// Only when the process is going down.
    pub async fn turn(&self) -> Result<Turn, RenderError> {
        let turn = Arc::clone(&self.0.turns).acquire_owned().await.map_err(|_| Lost)?;
        Ok(Turn { pool: self.clone(), turn })
    }

    async fn place(&self) -> Result<OwnedSemaphorePermit, Lost> {
        Arc::clone(&self.0.places).acquire_owned().await.map_err(|_| Lost)
    }

    /// Waits in line: a large picture is not overtaken for ever by small ones. Whoever waits here holds a place and no
    /// memory, so that nobody waits for each other.
    async fn memory(&self, bytes: u64) -> Result<OwnedSemaphorePermit, Lost> {
        let units = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX).min(self.0.units);
        Arc::clone(&self.0.memory).acquire_many_owned(units).await.map_err(|_| Lost)
    }
}

impl Turn {
    /// Makes a rendition; see [`render`](super::render()).
    ///
    /// # Errors
    /// [`RenderError`]; a decoder that panics makes the original unreadable.
    pub async fn render(self, original: impl Into<Bytes>, spec: Spec) -> Result<Vec<u8>, RenderError> {
        let Self { pool, turn } = self;
        let original: Bytes = original.into();
        let place = pool.place().await?;
        let bytes = original.clone();
        let (held, outline) = blocking((turn, place), move || render::outline(&bytes)).await?;
        let outline = outline?;
        let memory = pool.memory(render_memory(&outline, spec)).await?;
        let (_, rendition) = blocking((held, memory), move || render::make(&original, &outline, &spec)).await?;
        rendition
    }
}

/// Runs the work with what it holds, and hands that back with the result.
async fn blocking<H, T>(held: H, work: impl FnOnce() -> T + Send + 'static) -> Result<(H, T), Lost>
where
    H: Send + 'static,
    T: Send + 'static,
{
    spawn_blocking(move || {
        let result = work();
        (held, result)
    })
    .await
    .map_err(|_| Lost)
}

fn read(source: Source, max_bytes: u64) -> Result<Bytes, io::Error> {
    match source {
        Source::Bytes(bytes) => Ok(bytes),
        Source::File(mut file) => {
            file.rewind()?;
            // One byte more than the limit tells that there are too many.
            let expected = file.metadata()?.len().min(max_bytes).saturating_add(1);
            let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or(0));
            file.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
            Ok(bytes.into())
        }
    }
}

/// The decoder's, what the resize has between its two passes, and the copies of the rendition on its way out.
fn render_memory(outline: &Outline, spec: Spec) -> u64 {
    let rendition = u64::from(spec.width) * u64::from(spec.height);
    let between = u64::from(spec.width.max(spec.height)) * u64::from(outline.width.max(outline.height));
    outline.decode_memory.saturating_add(4 * between.min(outline.pixels())).saturating_add(rendition.saturating_mul(16))
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::io::Write;
    use std::pin::pin;
    use std::task::Poll;

    use super::*;
    use crate::pictures::{Format, Output, fixtures};

    fn limits() -> Limits {
        Limits { max_bytes: 1 << 20, max_pixels: 1_000_000, formats: Format::ALL.to_vec() }
    }

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    /// Polls a future once: whether it got what it wants without waiting.
    async fn is_ready(future: impl Future) -> bool {
        let mut future = pin!(future);
        poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_ready())).await
    }

    #[tokio::test]
    async fn a_file_is_examined_from_its_beginning() {
        let picture = Pool::new(1 << 20).probe(file(&fixtures::png(20, 10)), limits()).await.unwrap();
        assert_eq!((picture.format, picture.width, picture.height), (Format::Png, 20, 10));
    }

    #[tokio::test]
    async fn a_file_over_the_limit_is_refused() {
        let bytes = fixtures::png(20, 10);
        let limits = Limits { max_bytes: bytes.len() as u64 - 1, ..limits() };
        let max = limits.max_bytes;
        let answer = Pool::new(1 << 20).probe(file(&bytes), limits).await;
        assert!(matches!(answer, Err(ProbeError::Rejected(Rejection::TooLarge { max: m })) if m == max), "{answer:?}");
    }

    #[tokio::test]
    async fn renditions_are_made_from_bytes() {
        let spec = Spec { width: 10, height: 5, format: Output::Png };
        let rendition = Pool::new(1 << 20).turn().await.unwrap().render(fixtures::jpeg(20, 10), spec).await.unwrap();
        assert!(rendition.starts_with(b"\x89PNG"));
    }

    #[tokio::test]
    async fn pictures_wait_for_memory_and_one_larger_than_all_of_it_still_gets_its_turn() {
        let pool = Pool::with_places(10 * UNIT, 8);
        let held = pool.memory(6 * UNIT).await.unwrap();
        assert!(!is_ready(pool.memory(5 * UNIT)).await);
        assert!(is_ready(pool.memory(4 * UNIT)).await);
        drop(held);
        assert!(is_ready(pool.memory(1000 * UNIT)).await);
    }

    #[tokio::test]
    async fn no_more_pictures_are_in_hand_than_there_are_places() {
        let pool = Pool::with_places(UNIT, 1);
        let held = pool.clone().place().await.unwrap();
        assert!(!is_ready(pool.place()).await);
        drop(held);
        assert!(is_ready(pool.place()).await);
    }

    #[tokio::test]
    async fn originals_are_read_in_turn_and_keep_no_incoming_file_waiting() {
        let pool = Pool::with_places(1 << 20, 1);
        let held = pool.turn().await.unwrap();
        assert!(!is_ready(pool.turn()).await);
        pool.probe(file(&fixtures::png(20, 10)), limits()).await.unwrap();
        held.render(fixtures::png(20, 10), Spec { width: 10, height: 5, format: Output::Png }).await.unwrap();
        assert!(is_ready(pool.turn()).await);
    }

    #[tokio::test]
    async fn a_panic_is_an_answer_and_gives_everything_back() {
        let pool = Pool::with_places(UNIT, 1);
        let held = (pool.place().await.unwrap(), pool.memory(UNIT).await.unwrap());
        let answer = blocking(held, || -> u8 { panic!("a decoder's bug") }).await;
        let Rejection::Corrupt { .. } = Rejection::from(answer.unwrap_err()) else { panic!("a corrupt picture") };
        assert!(is_ready(pool.place()).await && is_ready(pool.memory(UNIT)).await);
    }
}
