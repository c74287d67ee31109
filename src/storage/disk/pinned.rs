//! Files held to what they were when somebody looked at them.

use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt;

use super::{Disk, Key, Pinned, StorageError};

pub(super) fn inspect(disk: &Disk, key: &Key) -> Result<Option<Pinned>, StorageError> {
    match std::fs::metadata(disk.path(key)) {
        Ok(metadata) => Ok(Some(pin(&metadata))),
        Err(error) => match disk.judge(key.folder(), error) {
            StorageError::NotFound => Ok(None),
            error => Err(error),
        },
    }
}

/// Opens the file if it still is the pinned one.
pub(super) fn open(disk: &Disk, key: &Key, pinned: &Pinned) -> Result<File, StorageError> {
    let file = File::open(disk.path(key)).map_err(|error| disk.judge(key.folder(), error))?;
    if pin(&file.metadata()?) == *pinned { Ok(file) } else { Err(StorageError::Changed) }
}

/// Every put makes a new file. Its number alone does not tell it apart, because that of a removed file is given out
/// again; the times alone do not, because many file systems count them in ticks of some milliseconds.
fn pin(file: &Metadata) -> Pinned {
    let (number, written, changed) = (file.ino(), file.mtime(), file.ctime());
    let version = format!("{number}-{written}.{:09}-{changed}.{:09}", file.mtime_nsec(), file.ctime_nsec());
    Pinned { len: file.len(), version }
}
