//! The walk over all files of a folder: depth first, each directory in the order of its names' bytes. In memory are the
//! page and the names of one directory a level.

use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::super::durable::unless_missing;
use super::{Disk, Folder, Key, Listing, StorageError};
use crate::clock::Timestamp;
use crate::storage::FoundKey;

/// The position after a page is the path of its last file below the folder, in hexadecimal digits: a name that we did
/// not make may be no text.
pub(super) fn page(disk: &Disk, folder: Folder, after: Option<&str>, limit: usize) -> Result<Listing, StorageError> {
    let after = after.map(position).transpose()?.unwrap_or_default();
    let mut walk = Walk { disk, folder, limit, found: Vec::new(), last: None };
    let names = names(&disk.folder(folder))?;
    let whole = walk.directory(Path::new(""), names, &after)?;
    let next = walk.last.filter(|_| !whole).map(|path| hex::encode(path.as_os_str().as_bytes()));
    Ok(Listing { keys: walk.found, next })
}

fn position(text: &str) -> Result<Vec<OsString>, StorageError> {
    let path = OsString::from_vec(hex::decode(text).map_err(StorageError::unavailable)?);
    Ok(PathBuf::from(path).iter().map(ToOwned::to_owned).collect())
}

struct Walk<'a> {
    disk: &'a Disk,
    folder: Folder,
    limit: usize,
    found: Vec<FoundKey>,
    /// Below the folder.
    last: Option<PathBuf>,
}

impl Walk<'_> {
    /// Takes the files of a directory that come after `after`, which is relative to it. False once the page is full
    /// and there is more.
    fn directory(&mut self, dir: &Path, names: Vec<OsString>, after: &[OsString]) -> io::Result<bool> {
        let first = after.first();
        for name in names {
            if first.is_some_and(|first| name < *first) {
                continue;
            }
            let resumed = first == Some(&name);
            let path = dir.join(name);
            let full_path = self.disk.folder(self.folder).join(&path);
            // What is gone by now was deleted during the walk. Links are not followed: we make none.
            let Some(metadata) = unless_missing(fs::symlink_metadata(&full_path))? else { continue };
            if metadata.is_dir() {
                let Some(names) = unless_missing(self::names(&full_path))? else { continue };
                let after = if resumed { &after[1..] } else { &[] };
                if !self.directory(&path, names, after)? {
                    return Ok(false);
                }
            } else if !resumed {
                if self.found.len() == self.limit {
                    return Ok(false);
                }
                self.found.push(self.found(&path, &metadata));
                self.last = Some(path);
            }
        }
        Ok(true)
    }

    fn found(&self, path: &Path, metadata: &Metadata) -> FoundKey {
        // Without the directory of the fan-out, which the id names.
        let below = path.iter().skip(1).collect::<PathBuf>();
        let key = Key::parse(&format!("{}/{}", self.folder.name(), below.display()));
        let key = key.filter(|key| self.disk.path(key) == self.disk.folder(self.folder).join(path));
        let name = format!("{}/{}", self.folder.name(), path.display());
        let milliseconds = metadata.mtime().saturating_mul(1000).saturating_add(metadata.mtime_nsec() / 1_000_000);
        FoundKey { name, key, len: metadata.len(), modified: Timestamp(milliseconds) }
    }
}

fn names(dir: &Path) -> io::Result<Vec<OsString>> {
    let mut names =
        fs::read_dir(dir)?.map(|entry| entry.map(|entry| entry.file_name())).collect::<Result<Vec<_>, _>>()?;
    names.sort_unstable();
    Ok(names)
}
