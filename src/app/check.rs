//! Check: the operator's command that compares database and storage, and heals what differs.

use std::fmt::Write;

use super::progress::{Progress, say};
use super::{App, StartError};
use crate::clock::Clock;
use crate::config::Config;
use crate::error::Fault;
use crate::images::{Checked, Finding, Part, Watch};

/// Why a check has no good end.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("the check broke off: {0}")]
    Fault(#[from] Fault),
}

/// True: nothing differs any more.
pub async fn check(config: Config, repair: bool) -> Result<bool, CheckError> {
    let (app, _lock) = App::beside_a_server(config, Clock::default()).await?;
    let mut progress = Progress::new();
    let checked = app.images.check(repair, &mut progress).await;
    progress.finish();
    let checked = checked?;
    say(&summary(&checked, repair));
    app.db.close().await.map_err(StartError::from)?;
    Ok(checked.healed == checked.found && !checked.stopped)
}

fn summary(checked: &Checked, repair: bool) -> String {
    let Checked { images, objects, people, found, healed, foreign, doubtful, stopped } = checked;
    let outcome = match (found, healed) {
        (0, _) => "no differences".to_owned(),
        (found, _) if !repair => format!("{found} differences; `image-manager check --repair` heals them"),
        (found, healed) => format!("{found} differences, {healed} of them healed"),
    };
    let mut text = format!("{images} images, {objects} files, {people} people: {outcome}");
    if *foreign > 0 {
        let _ = write!(text, "; {foreign} files of others were left alone");
    }
    if *doubtful {
        text += "; most files are missing or nobody's, so none was deleted: do this database and this storage belong together?";
    }
    if *stopped {
        text += "; stopped before the end";
    }
    text
}

impl Watch for Progress {
    fn begins(&mut self, part: Part, steps: Option<u64>) {
        let what = match part {
            Part::Images => "Images",
            Part::Objects => "Files",
            Part::People => "People",
        };
        Self::begins(self, what, steps);
    }

    fn steps(&mut self, count: u64) {
        Self::steps(self, count);
    }

    fn found(&mut self, finding: &Finding, healed: bool) {
        self.tell(&format!("{finding}{}", if healed { ": healed" } else { "" }));
    }

    fn stopped(&self) -> bool {
        Self::stopped(self)
    }
}
