//! The way into this module from asynchronous code: work on pictures runs on the blocking threads, as many pictures at
//! once as there are cores, and within a memory budget. Work that has begun ends, even if nobody waits for it any
//! more; what it holds is given back only then.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;

use super::buffer::Buffer;
use super::probe::{self, Limits, Picture};
use super::rejection::Rejection;
use super::render::{self, RenderError};
use super::spec::Spec;
use super::workers::{Lost, Workers};

/// The memory budget is counted in these: 64 KiB, so that any number of bytes fits a semaphore's count.
const UNIT: u64 = 64 << 10;

/// How long the sender of a file waits for its examination, most of it in line.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where a picture's bytes are.
#[derive(Debug)]
pub enum Source {
    /// In memory already, which their owner answers for.
    Bytes(Bytes),
    /// Read from its beginning, and no further than the limit, only when there is memory for it.
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
    /// It waited too long among too many others; the picture may be good.
    #[error("there was no time to examine the file")]
    TimedOut,
}

/// Bounds the work on pictures of this process; clones share the bounds.
#[derive(Clone, Debug)]
pub struct Pool(Arc<Bounds>);

#[derive(Debug)]
struct Bounds {
    /// Pictures at work or waiting for memory.
    places: Arc<Semaphore>,
    /// Originals that are read to be rendered, or wait for a place. Apart from the places, because a slow storage must
    /// not keep files that come in waiting.
    turns: Arc<Semaphore>,
    /// Units of files that are examined, and of decoded pixels.
    memory: Arc<Semaphore>,
    units: u32,
    patience: Duration,
    workers: Workers,
    /// Pieces of work that were asked for and are not done.
    in_hand: watch::Sender<usize>,
}

/// Work that was asked for, while it lives.
#[derive(Debug)]
struct InHand(Arc<Bounds>);

impl InHand {
    fn of(pool: &Pool) -> Self {
        pool.0.in_hand.send_modify(|count| *count += 1);
        Self(Arc::clone(&pool.0))
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        self.0.in_hand.send_modify(|count| *count -= 1);
    }
}

/// The right to have one original in memory, to render it.
#[derive(Debug)]
pub struct Turn {
    pool: Pool,
    permit: OwnedSemaphorePermit,
    in_hand: InHand,
}

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
    /// A pool that reads and decodes the files that come in within `memory_budget` bytes, and decodes the originals
    /// that are rendered within the same, beside their compressed bytes (one file a core). A picture that takes more
    /// than the whole budget is decoded while no other is.
    pub fn new(memory_budget: u64) -> Self {
        Self::bounded(memory_budget, available_parallelism().map_or(1, usize::from), PATIENCE)
    }

    fn bounded(memory_budget: u64, places: usize, patience: Duration) -> Self {
        let units = u32::try_from(memory_budget / UNIT).unwrap_or(u32::MAX).max(1);
        let memory = Semaphore::new(usize::try_from(units).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS));
        let workers = Workers::new(places);
        let [places, turns] = [(); 2].map(|()| Arc::new(Semaphore::new(places)));
        let in_hand = watch::Sender::new(0);
        Self(Arc::new(Bounds { places, turns, memory: Arc::new(memory), units, patience, workers, in_hand }))
    }

    /// Examines a file; see [`probe`](super::probe()). However many wait here, their bytes are not in memory.
    ///
    /// # Errors
    /// A [`Rejection`], also if the decoder panics; the error of reading the file; that it took too long.
    pub async fn probe(&self, source: impl Into<Source>, limits: Limits) -> Result<Picture, ProbeError> {
        let _in_hand = InHand::of(self);
        let examined = self.examine(source.into(), limits);
        timeout(self.0.patience, examined).await.map_err(|_| ProbeError::TimedOut)?
    }

    async fn examine(&self, source: Source, limits: Limits) -> Result<Picture, ProbeError> {
        let place = self.place().await?;
        let length = source.length(limits.max_bytes)?;
        let memory = self.memory(length).await?;
        let outline = move || {
            let bytes = read(&source, limits.max_bytes)?;
            let outline = probe::outline(&bytes, &limits)?;
            Ok::<_, ProbeError>((bytes, source, limits, outline))
        };
        let ((place, memory), outlined) = self.work((place, memory), outline).await?;
        let (bytes, source, limits, outline) = outlined?;
        // What the decoder needs is known only now. Whoever kept the bytes while waiting for more memory might wait for
        // somebody who does the same; so, unless there is room at once, they are given up, and read again from the
        // system's cache.
        let needed = length.saturating_add(probe::memory(&outline));
        if let Some(more) = self.more_memory(&memory, needed) {
            let examine = move || Ok(probe::examine(&bytes, &outline)?);
            let (_, picture) = self.work((place, memory, more), examine).await?;
            return picture;
        }
        drop((bytes, memory));
        let memory = self.memory(needed).await?;
        let examine = move || Ok(probe::examine(&read(&source, limits.max_bytes)?, &outline)?);
        let (_, picture) = self.work((place, memory), examine).await?;
        picture
    }

    /// Waits, in line, for the turn of one picture. Only then is the time to read it into memory.
    ///
    /// # Errors
    /// Only when the process is going down.
    pub async fn turn(&self) -> Result<Turn, RenderError> {
        let in_hand = InHand::of(self);
        let permit = Arc::clone(&self.0.turns).acquire_owned().await.map_err(|_| Lost)?;
        Ok(Turn { pool: self.clone(), permit, in_hand })
    }

    /// Waits until nobody waits for a picture: the time for what was not asked for.
    pub async fn idle(&self) {
        // The sender lives in `self`.
        let _ = self.0.in_hand.subscribe().wait_for(|count| *count == 0).await;
    }

    async fn place(&self) -> Result<OwnedSemaphorePermit, Lost> {
        Arc::clone(&self.0.places).acquire_owned().await.map_err(|_| Lost)
    }

    /// Waits in line: a large picture is not overtaken for ever by small ones. Whoever waits here holds a place and no
    /// memory, so that nobody waits for each other.
    async fn memory(&self, bytes: u64) -> Result<OwnedSemaphorePermit, Lost> {
        Arc::clone(&self.0.memory).acquire_many_owned(self.units(bytes)).await.map_err(|_| Lost)
    }

    /// What is missing to `bytes`, if nobody has to be waited for.
    fn more_memory(&self, held: &OwnedSemaphorePermit, bytes: u64) -> Option<OwnedSemaphorePermit> {
        let held = u32::try_from(held.num_permits()).unwrap_or(u32::MAX);
        Arc::clone(&self.0.memory).try_acquire_many_owned(self.units(bytes).saturating_sub(held)).ok()
    }

    /// Runs the work with what it holds, and hands that back with the result.
    async fn work<H, T>(&self, held: H, work: impl FnOnce() -> T + Send + 'static) -> Result<(H, T), Lost>
    where
        H: Send + 'static,
        T: Send + 'static,
    {
        let work = move || {
            let result = work();
            (held, result)
        };
        self.0.workers.run(work).await
    }

    /// At most the whole budget.
    fn units(&self, bytes: u64) -> u32 {
        u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX).min(self.0.units)
    }
}

impl Turn {
    /// Makes renditions of one original; see [`render_all`](super::render_all()).
    ///
    /// # Errors
    /// [`RenderError`]; a decoder that panics makes the original unreadable.
    pub async fn render(self, original: impl Into<Bytes>, specs: Vec<Spec>) -> Result<Vec<Vec<u8>>, RenderError> {
        let Self { pool, permit, in_hand } = self;
        let original: Bytes = original.into();
        let place = pool.place().await?;
        let planned = {
            let (original, specs) = (original.clone(), specs.clone());
            move || render::plan(&original, &specs)
        };
        let (held, plan) = pool.work((permit, in_hand, place), planned).await?;
        let plan = plan?;
        let memory = pool.memory(plan.memory(&specs)).await?;
        let reduced = {
            let (original, specs) = (original.clone(), specs.clone());
            move || render::make(&original, &plan, &specs)
        };
        let ((held, memory), made) = pool.work((held, memory), reduced).await?;
        if let Some(made) = made? {
            return Ok(made);
        }
        drop(memory);
        let plan = plan.whole();
        let memory = pool.memory(plan.memory(&specs)).await?;
        let (_, made) = pool.work((held, memory), move || render::make(&original, &plan, &specs)).await?;
        made?.ok_or(RenderError::Encode)
    }
}

impl Source {
    /// Bytes that reading it takes.
    fn length(&self, max_bytes: u64) -> Result<u64, io::Error> {
        match self {
            Self::Bytes(_) => Ok(0),
            // One byte more than the limit tells that there are too many.
            Self::File(file) => Ok(file.metadata()?.len().min(max_bytes.saturating_add(1))),
        }
    }
}

fn read(source: &Source, max_bytes: u64) -> Result<Bytes, io::Error> {
    match source {
        Source::Bytes(bytes) => Ok(bytes.clone()),
        Source::File(file) => {
            let mut file = file;
            file.rewind()?;
            let mut bytes = Buffer::zeroed(usize::try_from(source.length(max_bytes)?).map_err(io::Error::other)?);
            file.read_exact(&mut bytes)?;
            Ok(Bytes::from_owner(bytes))
        }
    }
}

#[cfg(test)]
mod tests;
