//! The local disk. An object is written to `tmp/`, synced, renamed to its place, and then every directory on the way
//! there is synced: killed or cut off at any instant, the disk holds the whole object or none of it.
//!
//! ```text
//! tmp/                       half-written files, each locked by its writer
//! originals/ab/<id>          ab: the last two digits of the id (a UUIDv7 begins with its time)
//! renditions/ab/<id>/<name>
//! incoming/ab/<id>
//! ```

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt};
use tokio::io::AsyncReadExt;
use tokio_util::io::ReaderStream;
use uuid::Uuid;

use super::durable::{self, clear_abandoned, make_dir, make_root, sync, sync_parent, temporary_in, unless_missing};
use super::key::FOLDERS;
use super::{Blob, CHUNK, Key, Prefix, StorageError, Store};

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
        for folder in FOLDERS.into_iter().chain([TEMPORARY]) {
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

    fn path(&self, key: &Key) -> PathBuf {
        let path = self.path_of_id(key.folder(), key.id());
        match key.name() {
            Some(name) => path.join(name),
            None => path,
        }
    }

    fn path_of_id(&self, folder: &str, id: Uuid) -> PathBuf {
        let id = id.simple().to_string();
        self.root.join(folder).join(&id[id.len() - 2..]).join(id)
    }

    /// What an error on a path of ours means. Where the folder itself is missing (a volume that is not mounted, a
    /// directory moved away), nothing is known about the object. For the same reason nobody makes a folder after
    /// `open`: a put would fill the mount point.
    fn judge(&self, folder: &str, error: io::Error) -> StorageError {
        let absent = matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
        if absent && self.root.join(folder).is_dir() { StorageError::NotFound } else { error.into() }
    }

    /// Makes the object that `write` writes. An error leaves nothing behind: the temporary file removes itself.
    fn store(&self, key: &Key, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), StorageError> {
        let mut temporary = temporary_in(&self.root.join(TEMPORARY))?;
        write(temporary.as_file_mut())?;
        durable::place(temporary, &self.path(key), &self.root.join(key.folder()))?;
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

#[async_trait]
impl Store for Disk {
    async fn put_file(&self, key: &Key, file: File, len: u64, _content_type: &str) -> Result<(), StorageError> {
        let key = key.clone();
        self.run(move |disk| {
            disk.store(&key, |target| {
                let mut source = &file;
                source.seek(SeekFrom::Start(0))?;
                let copied = io::copy(&mut source.take(len), target)?;
                if copied == len { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
            })
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
            let mut file = File::open(disk.path(&key)).map_err(|error| disk.judge(key.folder(), error))?;
            let len = file.metadata()?.len();
            let wanted = match range {
                Some(range) if range.start >= len => return Err(StorageError::Range),
                Some(range) => range,
                None => 0..len,
            };
            file.seek(SeekFrom::Start(wanted.start))?;
            Ok((file, len, wanted.end - wanted.start))
        });
        let (file, len, wanted) = opened.await?;
        let body = ReaderStream::with_capacity(tokio::fs::File::from_std(file).take(wanted), CHUNK);
        Ok(Blob { len, body: body.map_err(StorageError::from).boxed() })
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
            for folder in FOLDERS {
                fs::read_dir(disk.root.join(folder))?;
            }
            Ok(temporary_in(&disk.root.join(TEMPORARY))?.write_all(b"?")?)
        })
        .await
    }

    fn kind(&self) -> &'static str {
        "disk"
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const ID: Uuid = Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_00ab);

    fn names(dir: &Path) -> Vec<String> {
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[tokio::test]
    async fn objects_fan_out_by_the_end_of_their_id_and_only_the_owner_may_read_them() {
        let root = tempfile::tempdir().unwrap();
        let disk = Disk::open(root.path().join("data/files")).await.unwrap();
        disk.put_bytes(&Key::original(ID), Bytes::from_static(b"picture"), "image/png").await.unwrap();

        let mut path = root.path().join("data/files/originals/ab/019800000000700080000000000000ab");
        assert_eq!(fs::read(&path).unwrap(), b"picture");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        while path.pop() && path != root.path() {
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700, "{}", path.display());
        }
    }

    #[tokio::test]
    async fn a_put_that_fails_leaves_nothing_behind() {
        let root = tempfile::tempdir().unwrap();
        let disk = Disk::open(root.path().to_owned()).await.unwrap();
        let failed = disk.store(&Key::original(ID), |file| {
            file.write_all(b"half")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert!(matches!(failed, Err(StorageError::Unavailable(_))));
        assert_eq!(names(&root.path().join(TEMPORARY)), [""; 0]);
        assert_eq!(disk.len(&Key::original(ID)).await.unwrap(), None);
    }

    #[tokio::test]
    async fn deleting_the_renditions_of_an_image_removes_their_directory() {
        let root = tempfile::tempdir().unwrap();
        let disk = Disk::open(root.path().to_owned()).await.unwrap();
        disk.put_bytes(&Key::rendition(ID, "a.webp").unwrap(), Bytes::new(), "image/webp").await.unwrap();
        assert_eq!(disk.delete_prefix(&Prefix::renditions(ID)).await.unwrap(), 1);
        assert_eq!(names(&root.path().join("renditions/ab")), [""; 0]);
    }

    #[tokio::test]
    async fn an_unmounted_volume_is_not_written_to() {
        let root = tempfile::tempdir().unwrap();
        let disk = Disk::open(root.path().join("files")).await.unwrap();
        fs::rename(root.path().join("files"), root.path().join("volume")).unwrap();
        fs::create_dir(root.path().join("files")).unwrap();

        let put = disk.put_bytes(&Key::original(ID), Bytes::new(), "image/png").await;
        assert!(matches!(put, Err(StorageError::Unavailable(_))));
        assert!(matches!(disk.len(&Key::original(ID)).await, Err(StorageError::Unavailable(_))));
        assert_eq!(names(&root.path().join("files")), [""; 0]);
    }
}
