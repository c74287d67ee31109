//! Import: the operator's command that takes a folder of this machine in, for one person. It can be stopped and started
//! again: what is there already is skipped.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use futures_util::{StreamExt, stream};
use walkdir::WalkDir;

use super::progress::{Progress, say, shown};
use super::{App, StartError, spool_dir};
use crate::clock::Clock;
use crate::config::Config;
use crate::error::{Fault, chain};
use crate::images::{self, ImportError, Imported};
use crate::viewer::Viewer;

/// Files in hand at once: while one is decoded, others are read and stored.
const AT_ONCE: usize = 8;

/// So many files in a row that fail for the server's sake end the import.
const MOST_FAULTS: u32 = 5;

/// Why an import does not begin, or breaks off.
#[derive(Debug, thiserror::Error)]
pub enum ImportCommandError {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("there is no account called {0:?}")]
    NoSuchUser(String),
    #[error("{0:?} is no folder that can be read")]
    NoFolder(PathBuf),
    #[error(transparent)]
    Fault(#[from] Fault),
    #[error("the import broke off, run it again to go on: {0}")]
    BrokeOff(Fault),
}

/// What became of the files.
#[derive(Default)]
struct Sum {
    taken_in: u64,
    there: u64,
    /// By reason.
    refused: BTreeMap<String, u64>,
}

/// True: every file is in the library now.
pub async fn import(config: Config, folder: PathBuf, user: &str) -> Result<bool, ImportCommandError> {
    if !folder.is_dir() {
        return Err(ImportCommandError::NoFolder(folder));
    }
    let (app, _lock) = App::beside_a_server(config, Clock::default()).await?;
    let viewer = app.accounts.find(user).await?;
    let viewer = viewer.ok_or_else(|| ImportCommandError::NoSuchUser(user.to_owned()))?;
    let progress = Progress::new();
    let counted = folder.clone();
    let files = tokio::task::spawn_blocking(move || files(&counted).count() as u64).await.map_err(Fault::internal)?;
    progress.begins("Importing", Some(files));
    let outcome = run(&app, &viewer, &folder, &progress).await;
    progress.finish();
    let sum = outcome?;
    for (reason, count) in &sum.refused {
        say(&format!("  {count} refused: {reason}"));
    }
    let refused: u64 = sum.refused.values().sum();
    let stopped = if progress.stopped() { "; stopped, run it again to go on" } else { "" };
    say(&format!("{} taken in, {} there already, {refused} refused{stopped}", sum.taken_in, sum.there));
    app.db.close().await.map_err(StartError::from)?;
    Ok(refused == 0 && !progress.stopped())
}

async fn run(app: &App, viewer: &Viewer, folder: &Path, progress: &Progress) -> Result<Sum, ImportCommandError> {
    let spool = spool_dir(&app.config);
    let wanted = files(folder).take_while(|_| !progress.stopped());
    let mut imports = stream::iter(wanted)
        .map(|found| {
            let spool = &spool;
            async move {
                match found {
                    Ok(path) => {
                        let imported = app.images.import(viewer, &path, spool).await;
                        (path, imported)
                    }
                    // A folder that cannot be opened, or a file that is gone by now.
                    Err(error) => {
                        let path = error.path().unwrap_or(folder).to_owned();
                        (path, Err(ImportError::Read(error.into())))
                    }
                }
            }
        })
        .buffer_unordered(AT_ONCE);
    let (mut sum, mut faults) = (Sum::default(), 0);
    while let Some((path, imported)) = imports.next().await {
        progress.steps(1);
        match imported {
            Ok(Imported::TakenIn) => sum.taken_in += 1,
            Ok(Imported::There) => sum.there += 1,
            Err(ImportError::Refused(images::Error::Fault(fault))) => {
                faults += 1;
                progress.tell(&format!("{}: {}", shown(&path), chain(&fault)));
                if faults >= MOST_FAULTS {
                    return Err(ImportCommandError::BrokeOff(fault));
                }
                *sum.refused.entry("The server could not take it in; run the import again.".to_owned()).or_default() +=
                    1;
                continue;
            }
            Err(refused) => {
                progress.tell(&format!("{}: {refused}", shown(&path)));
                *sum.refused.entry(refused.to_string()).or_default() += 1;
            }
        }
        faults = 0;
    }
    Ok(sum)
}

/// Every file of the tree, and every folder that cannot be read, in the order of names; what is hidden, and what a link
/// points to, is left out.
fn files(folder: &Path) -> impl Iterator<Item = walkdir::Result<PathBuf>> + use<> {
    let hidden =
        |entry: &walkdir::DirEntry| entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".");
    let tree = WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(move |entry| !hidden(entry));
    let is_file =
        |found: &walkdir::Result<walkdir::DirEntry>| found.as_ref().map_or(true, |entry| entry.file_type().is_file());
    tree.filter(is_file).map(|found| found.map(walkdir::DirEntry::into_path))
}
