//! The local disk. An object is written to `tmp/`, synced, renamed to its place, and then every directory on the way
//! there is synced: killed or cut off at any instant, the disk holds the whole object or none of it.
//!
//! ```text
//! tmp/                       half-written files, each locked by its writer
//! originals/ab/<id>          ab: the last two digits of the id (a UUIDv7 begins with its time)
//! renditions/ab/<id>/<name>
//! incoming/ab/<id>
//! ```

mod pinned;
mod walk;

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt};
use uuid::Uuid;

use super::durable::{self, clear_abandoned, make_dir, make_root, sync, sync_parent, temporary_in, unless_missing};
use super::file_body::FileBody;
use super::{
    Blob, Body, CHUNK, Folder, GetTerms, Key, Listing, Pinned, Prefix, PresignedPut, PutTerms, StorageError, Store,
};

const TEMPORARY: &str = "tmp";

#[derive(Clone)]
pub(super) struct Disk {
    root: Arc<Path>,
}

impl Disk {
    pub(super) async fn open(root: PathBuf) -> Result<Self, StorageError> {
        let disk = Self { root: root.into() };
        disk.run(|disk| {
            let prepared = disk.prepare();
            // The one error that an operator reads at the terminal: with the path.
            prepared.map_err(|error| StorageError::unavailable(format!("{}: {error}", disk.root.display())))
        })
        .await?;
        Ok(disk)
    }

    fn prepare(&self) -> io::Result<()> {
        make_root(&self.root)?;
        for folder in Folder::ALL.into_iter().map(Folder::name).chain([TEMPORARY]) {
            make_dir(&self.root.join(folder))?;
        }
        sync(&self.root)?;
        clear_abandoned(&self.root.join(TEMPORARY))
    }

    /// Runs what waits for the disk where waiting is allowed.
    async fn run<T, F>(&self, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: FnOnce(&Self) -> Result<T, StorageError> + Send + 'static,
    {
        let disk = self.clone();
        tokio::task::spawn_blocking(move || work(&disk)).await.map_err(StorageError::unavailable)?
    }

    fn folder(&self, folder: Folder) -> PathBuf {
        self.root.join(folder.name())
    }

    fn path(&self, key: &Key) -> PathBuf {
        let path = self.path_of_id(key.folder(), key.id());
        match key.name() {
            Some(name) => path.join(name),
            None => path,
        }
    }

    fn path_of_id(&self, folder: Folder, id: Uuid) -> PathBuf {
        let id = id.simple().to_string();
        self.folder(folder).join(&id[id.len() - 2..]).join(id)
    }

    /// What an error on a path of ours means. Where the folder itself is missing (a volume that is not mounted, a
    /// directory moved away), nothing is known about the object. For the same reason nobody makes a folder after
    /// `open`: a put would fill the mount point.
    fn judge(&self, folder: Folder, error: io::Error) -> StorageError {
        let absent = matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
        if absent && self.folder(folder).is_dir() { StorageError::NotFound } else { error.into() }
    }

    /// Makes the object that `write` writes. An error leaves nothing behind: the temporary file removes itself.
    fn store(&self, key: &Key, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), StorageError> {
        let mut temporary = temporary_in(&self.root.join(TEMPORARY))?;
        write(temporary.as_file_mut())?;
        durable::place(temporary, &self.path(key), &self.folder(key.folder()))?;
        Ok(())
    }

    fn remove_prefix(&self, prefix: &Prefix) -> Result<u64, StorageError> {
        let dir = self.path_of_id(prefix.folder(), prefix.id());
        let mut removed = 0;
        let entries = match fs::read_dir(&dir) {
            Ok(entries) => entries,
            Err(error) => {
                return match self.judge(prefix.folder(), error) {
                    StorageError::NotFound => sync_parent(&dir).map(|()| removed).map_err(Into::into),
                    error => Err(error),
                };
            }
        };
        for entry in entries {
            removed += u64::from(unless_missing(fs::remove_file(entry?.path()))?.is_some());
        }
        match fs::remove_dir(&dir) {
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => sync(&dir)?,
            outcome => drop(unless_missing(outcome)?),
        }
        sync_parent(&dir)?;
        Ok(removed)
    }

    fn keys(&self, prefix: &Prefix, after: Option<&str>, limit: usize) -> Result<Vec<String>, StorageError> {
        let entries = match fs::read_dir(self.path_of_id(prefix.folder(), prefix.id())) {
            Ok(entries) => entries,
            Err(error) => {
                return match self.judge(prefix.folder(), error) {
                    StorageError::NotFound => Ok(Vec::new()),
                    error => Err(error),
                };
            }
        };
        // In memory: an image has as many renditions as the ladder has steps and formats.
        let mut keys = Vec::new();
        for entry in entries {
            let key = format!("{prefix}{}", entry?.file_name().display());
            if after.is_none_or(|after| key.as_str() > after) {
                keys.push(key);
            }
        }
        keys.sort_unstable();
        keys.truncate(limit);
        Ok(keys)
    }
}

/// Bytes of an object that are read at once: most renditions.
const SMALL: usize = CHUNK;

#[async_trait]
impl Store for Disk {
    async fn put_file(&self, key: &Key, file: File, len: u64, _content_type: &str) -> Result<(), StorageError> {
        let key = key.clone();
        self.run(move |disk| {
            (&file).seek(SeekFrom::Start(0))?;
            disk.store(&key, |target| copy_whole(&file, len, target))
        })
        .await
    }

    async fn put_bytes(&self, key: &Key, bytes: Bytes, _content_type: &str) -> Result<(), StorageError> {
        let key = key.clone();
        self.run(move |disk| disk.store(&key, |target| target.write_all(&bytes))).await
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Blob, StorageError> {
        let key = key.clone();
        let opened = self.run(move |disk| {
            let file = File::open(disk.path(&key)).map_err(|error| disk.judge(key.folder(), error))?;
            let len = file.metadata()?.len();
            let wanted = match range {
                Some(range) if range.start >= len => return Err(StorageError::Range),
                Some(range) => range.start..range.end.min(len),
                None => 0..len,
            };
            Ok(Blob { len, body: body_of(file, wanted)? })
        });
        opened.await
    }

    async fn presign_put(&self, _key: &Key, _terms: PutTerms<'_>) -> Result<Option<PresignedPut>, StorageError> {
        Ok(None)
    }

    async fn presign_get(&self, _key: &Key, _terms: GetTerms<'_>) -> Result<Option<String>, StorageError> {
        Ok(None)
    }

    async fn inspect(&self, key: &Key) -> Result<Option<Pinned>, StorageError> {
        let key = key.clone();
        self.run(move |disk| pinned::inspect(disk, &key)).await
    }

    async fn get_pinned(&self, key: &Key, pinned: &Pinned) -> Result<Blob, StorageError> {
        let (key, pinned) = (key.clone(), pinned.clone());
        let opened = self.run(move |disk| {
            let file = pinned::open(disk, &key, &pinned)?;
            Ok(Blob { len: pinned.len, body: body_of(file, 0..pinned.len)? })
        });
        opened.await
    }

    async fn copy(&self, from: &Key, pinned: &Pinned, to: &Key, _content_type: &str) -> Result<(), StorageError> {
        let (from, pinned, to) = (from.clone(), pinned.clone(), to.clone());
        self.run(move |disk| {
            // The open file cannot change any more: whoever puts another object there makes another file.
            let source = pinned::open(disk, &from, &pinned)?;
            disk.store(&to, |target| copy_whole(&source, pinned.len, target))
        })
        .await
    }

    async fn list_all(&self, folder: Folder, after: Option<&str>, limit: usize) -> Result<Listing, StorageError> {
        let after = after.map(str::to_owned);
        self.run(move |disk| walk::page(disk, folder, after.as_deref(), limit)).await
    }

    async fn len(&self, key: &Key) -> Result<Option<u64>, StorageError> {
        let key = key.clone();
        self.run(move |disk| match fs::metadata(disk.path(&key)) {
            Ok(metadata) => Ok(Some(metadata.len())),
            Err(error) => match disk.judge(key.folder(), error) {
                StorageError::NotFound => Ok(None),
                error => Err(error),
            },
        })
        .await
    }

    async fn delete(&self, key: &Key) -> Result<(), StorageError> {
        let key = key.clone();
        self.run(move |disk| {
            let path = disk.path(&key);
            match fs::remove_file(&path).map_err(|error| disk.judge(key.folder(), error)) {
                // Synced when it was gone already, too: the removal of a moment ago may not have been.
                Ok(()) | Err(StorageError::NotFound) => Ok(sync_parent(&path)?),
                Err(error) => Err(error),
            }
        })
        .await
    }

    async fn delete_prefix(&self, prefix: &Prefix) -> Result<u64, StorageError> {
        let prefix = prefix.clone();
        self.run(move |disk| disk.remove_prefix(&prefix)).await
    }

    async fn list(&self, prefix: &Prefix, after: Option<&str>, limit: usize) -> Result<Vec<String>, StorageError> {
        let (prefix, after) = (prefix.clone(), after.map(str::to_owned));
        self.run(move |disk| disk.keys(&prefix, after.as_deref(), limit)).await
    }

    async fn check(&self) -> Result<(), StorageError> {
        self.run(|disk| {
            for folder in Folder::ALL {
                fs::read_dir(disk.folder(folder))?;
            }
            Ok(temporary_in(&disk.root.join(TEMPORARY))?.write_all(b"?")?)
        })
        .await
    }

    fn kind(&self) -> &'static str {
        "disk"
    }
}

/// The next `len` bytes of `source`; fewer are an error. Where the file system can, they share their place.
fn copy_whole(source: &File, len: u64, target: &mut File) -> io::Result<()> {
    let copied = io::copy(&mut source.take(len), target)?;
    if copied == len { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// The bytes `range` of `file`: those of a small one are read at once, for which this thread is the right one already.
fn body_of(file: File, range: Range<u64>) -> Result<Body, StorageError> {
    let len = usize::try_from(range.end - range.start).map_err(StorageError::unavailable)?;
    if len > SMALL {
        let stream = FileBody::new(Arc::new(file), range).into_stream();
        return Ok(Body::Stream(stream.map_err(StorageError::from).boxed()));
    }
    let mut bytes = vec![0; len];
    file.read_exact_at(&mut bytes, range.start)?;
    Ok(Body::Bytes(bytes.into()))
}

#[cfg(test)]
mod tests;
