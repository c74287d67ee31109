//! Import: a file of this machine, taken in like any upload. It may be changed or cut short while it is read, so what is
//! looked at and stored is a copy of its own.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tokio::task::spawn_blocking;

use super::{DuplicatePolicy, Error, Images, NewImage, Source, Uploaded};
use crate::error::Fault;
use crate::pictures::Rejection;
use crate::spool::{Cut, Writer};
use crate::viewer::Viewer;

/// Bytes read at once.
const CHUNK: usize = 256 * 1024;

/// An import that was killed may have left a file half taken in: that one is waited for until it counts as dead.
const TRIES: u32 = 5;

/// What became of a file.
pub enum Imported {
    TakenIn,
    /// The person has an image with the same bytes.
    There,
}

/// Why a file was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("It cannot be read: {0}.")]
    Read(#[from] std::io::Error),
    #[error(transparent)]
    Refused(#[from] Error),
}

impl Images {
    /// Takes a file in for this person, unless they have it. `spool` is where the copy lies meanwhile.
    pub async fn import(&self, viewer: &Viewer, path: &Path, spool: &Path) -> Result<Imported, ImportError> {
        let (max, owned) = (self.limits.max_bytes, path.to_owned());
        let opened = spawn_blocking(move || open(&owned, max)).await.map_err(internal)??;
        let Some((file, sha256)) = opened else {
            return Err(Error::Rejected(Rejection::TooLarge { max }).into());
        };
        // A folder that is imported again costs a look at each of its files.
        if self.find_same(viewer, &hex::encode(sha256)).await.map_err(Error::Fault)?.is_some() {
            return Ok(Imported::There);
        }
        let spooled = Arc::new(copy(file, path, spool, max).await?);
        let on_duplicate = DuplicatePolicy::ReturnExisting;
        for _ in 0..TRIES {
            let file = Arc::clone(&spooled);
            let new = NewImage { file, source: Source::Spool, title: None, tags: Vec::new(), on_duplicate };
            match self.upload(viewer, new).await {
                Ok(Uploaded { duplicate: true, .. }) => return Ok(Imported::There),
                Ok(Uploaded { duplicate: false, .. }) => return Ok(Imported::TakenIn),
                Err(Error::SameUnderWay) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::SameUnderWay.into())
    }
}

/// The file and the SHA-256 of its bytes; None: it is too large.
fn open(path: &Path, max: u64) -> std::io::Result<Option<(File, [u8; 32])>> {
    let mut file = File::open(path)?;
    if file.metadata()?.len() > max {
        return Ok(None);
    }
    let (mut hasher, mut chunk) = (Sha256::new(), vec![0; CHUNK]);
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(Some((file, hasher.finalize().into()))),
            read => hasher.update(chunk.get(..read).unwrap_or_default()),
        }
    }
}

async fn copy(file: File, path: &Path, spool: &Path, max: u64) -> std::io::Result<crate::spool::Spooled> {
    use tokio::io::{AsyncReadExt, AsyncSeekExt};
    let mut file = tokio::fs::File::from_std(file);
    file.rewind().await?;
    let (mut writer, mut chunk, mut cut) = (Writer::create(spool).await?, vec![0; CHUNK], None);
    while cut.is_none() {
        match file.read(&mut chunk).await? {
            0 => break,
            read => writer.write(chunk.get(..read).unwrap_or_default()).await?,
        }
        cut = (writer.len() > max).then_some(Cut::TooLarge);
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    writer.finish(name.as_deref(), None, cut).await
}

fn internal(error: tokio::task::JoinError) -> Error {
    Fault::internal(error).into()
}
