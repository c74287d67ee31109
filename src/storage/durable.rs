//! Files and directories that survive a power cut, and half-written files that do not survive their writer.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::Path;
use std::time::Duration;

use tempfile::NamedTempFile;

/// Where files cannot be locked, a half-written one of this age is taken for abandoned.
const ABANDONED_AFTER: Duration = Duration::from_hours(1);

/// How often a file that a starting process cleared away under our hands is made anew.
const TEMPORARY_ATTEMPTS: usize = 3;

/// A new file in `dir` for the owner only, which removes itself unless it is placed. It is locked for as long as it is
/// open: that tells a starting process, in another container too, that its writer lives.
pub(super) fn temporary_in(dir: &Path) -> io::Result<NamedTempFile> {
    for _ in 0..TEMPORARY_ATTEMPTS {
        let temporary = NamedTempFile::new_in(dir)?;
        match temporary.as_file().try_lock() {
            Ok(()) if temporary.as_file().metadata()?.nlink() > 0 => return Ok(temporary),
            // A starting process was faster to lock it and takes it for abandoned.
            Ok(()) | Err(TryLockError::WouldBlock) => {}
            // No locks on this file system: its age has to do.
            Err(TryLockError::Error(_)) => return Ok(temporary),
        }
    }
    Err(io::ErrorKind::ResourceBusy.into())
}

/// Removes what killed writers left in `dir`.
pub(super) fn clear_abandoned(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        // Writable, because an exclusive lock over NFS wants that. Its writer may be done with it by now.
        let Some(file) = unless_missing(OpenOptions::new().write(true).open(&path))? else { continue };
        let abandoned = match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => false,
            Err(TryLockError::Error(_)) => {
                file.metadata()?.modified()?.elapsed().is_ok_and(|age| age > ABANDONED_AFTER)
            }
        };
        if abandoned {
            unless_missing(fs::remove_file(&path))?;
        }
    }
    Ok(())
}

/// Moves a finished file to `path` and makes the missing directories on the way there, but never `top`, which they are
/// below. What was at `path` is replaced in one step.
pub(super) fn place(temporary: NamedTempFile, path: &Path, top: &Path) -> io::Result<()> {
    temporary.as_file().sync_all()?;
    let parents: Vec<&Path> = path.ancestors().skip(1).take_while(|dir| *dir != top).collect();
    for dir in parents.iter().rev() {
        make_dir(dir)?;
    }
    temporary.persist(path).map_err(|failed| failed.error)?;
    // All of them, whoever made them: another writer may have made one a moment ago and not have synced it yet.
    parents.into_iter().chain([top]).try_for_each(sync)
}

/// Makes a directory for our eyes only; an existing one stays as it is.
pub(super) fn make_dir(dir: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(dir) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && dir.is_dir() => Ok(()),
        outcome => outcome,
    }
}

/// Makes the root and the directories above it that are missing, and syncs what they were made in.
pub(super) fn make_root(root: &Path) -> io::Result<()> {
    if root.is_dir() {
        return Ok(());
    }
    let parent = root.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
    make_root(parent)?;
    make_dir(root)?;
    sync(parent)
}

/// Makes the names in a directory survive a power cut.
pub(super) fn sync(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Syncs the directory above, if it is there: one that was never made holds nothing to forget.
pub(super) fn sync_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(None), |dir| unless_missing(sync(dir))).map(drop)
}

pub(super) fn unless_missing<T>(outcome: io::Result<T>) -> io::Result<Option<T>> {
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        outcome => outcome.map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clearing_takes_what_a_killed_writer_left_and_spares_what_a_living_one_writes() {
        let dir = tempfile::tempdir().unwrap();
        let living = temporary_in(dir.path()).unwrap();
        let killed = dir.path().join("killed");
        fs::write(&killed, b"half").unwrap();

        clear_abandoned(dir.path()).unwrap();
        assert!(living.path().exists());
        assert!(!killed.exists());
    }

    #[test]
    fn a_placed_file_replaces_what_was_there_and_its_top_is_never_made() {
        let dir = tempfile::tempdir().unwrap();
        let (top, path) = (dir.path().join("top"), dir.path().join("top/a/b/file"));
        let missing = place(temporary_in(dir.path()).unwrap(), &path, &top).unwrap_err();
        assert_eq!((missing.kind(), top.exists()), (io::ErrorKind::NotFound, false));

        fs::create_dir(&top).unwrap();
        for content in ["one", "two"] {
            let temporary = temporary_in(dir.path()).unwrap();
            fs::write(temporary.path(), content).unwrap();
            place(temporary, &path, &top).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
