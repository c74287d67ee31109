//! Watch: first the state as it is, then every change. The bus only hints: at each hint the row is read again, with the
//! viewer's eyes, and told if it differs from what was told last.

use std::collections::HashMap;

use async_stream::try_stream;
use futures_util::Stream;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use tokio::sync::broadcast::error::RecvError;
use uuid::Uuid;

use super::Analyses;
use super::poll::OVERLAP;
use crate::clock::Timestamp;
use crate::db::entities::analysis::{self, Column, Status};
use crate::error::Fault;
use crate::events::Fact;
use crate::page::{Page, PageRequest, Position, Scope};
use crate::viewer::Viewer;

/// Of the unfinished, at most this many are told; and so many are read at once.
const BACKLOG: u64 = 100;

/// Changes remembered before the finished ones are forgotten.
const REMEMBERED: usize = 1000;

/// Which analyses to watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Analysis(Uuid),
    Image(Uuid),
    /// Everything of the viewer.
    All,
}

#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    #[error("`after` is not a cursor of these events.")]
    Cursor,
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Whether there is more to come.
#[derive(PartialEq, Eq)]
enum Rest {
    More,
    Over,
}

impl Analyses {
    /// What the cursors of this viewer's events are bound to.
    pub fn event_scope(&self, viewer: &Viewer) -> Scope {
        Scope::new(&self.cursors, "analysis-events", "updated", viewer.user_id)
    }

    /// Ends when its one analysis is finished or its image is gone; one that never was, or is another's, ends at once.
    pub fn watch(
        &self,
        viewer: &Viewer,
        subject: Subject,
        after: Option<&str>,
    ) -> Result<impl Stream<Item = Result<analysis::Model, Fault>> + Send + use<>, WatchError> {
        let mut missed = match after {
            None => None,
            Some(cursor) => Some(overlapping(self.event_scope(viewer).decode(cursor).ok_or(WatchError::Cursor)?)),
        };
        let mut watcher = Watcher {
            analyses: self.clone(),
            viewer: viewer.clone(),
            subject,
            told: HashMap::new(),
            newest: self.clock.now(),
        };
        // Listening begins before the state is read: what changes in between is heard.
        let mut facts = self.events.listen();
        Ok(try_stream! {
            let mut anew = true;
            loop {
                if anew {
                    if !watcher.exists().await? {
                        return;
                    }
                    // In the order of changes, or the cursor of one told early would skip those told later.
                    while let Some(from) = missed {
                        let page = watcher.changed_after(from).await?;
                        missed = page.rows.last().filter(|_| page.has_next).map(position);
                        for analysis in page.rows {
                            if watcher.is_news(&analysis) {
                                yield analysis;
                            }
                        }
                    }
                    for analysis in watcher.state().await? {
                        if watcher.is_news(&analysis) {
                            yield analysis;
                        }
                    }
                    anew = false;
                }
                if watcher.is_over() {
                    return;
                }
                let (changed, rest) = match facts.recv().await {
                    Ok(fact) => watcher.read_again(fact).await?,
                    Err(RecvError::Lagged(_)) => {
                        missed = Some(overlapping(watcher.newest_told()));
                        anew = true;
                        continue;
                    }
                    Err(RecvError::Closed) => return,
                };
                if let Some(analysis) = changed.filter(|analysis| watcher.is_news(analysis)) {
                    yield analysis;
                }
                if rest == Rest::Over {
                    return;
                }
            }
        })
    }
}

/// A little before: changes that are told in one order may have come to be in another.
fn overlapping(from: Position) -> Position {
    Position { sort: Timestamp(from.sort).minus(OVERLAP).0, id: Uuid::nil() }
}

/// One subscription's view.
struct Watcher {
    analyses: Analyses,
    viewer: Viewer,
    subject: Subject,
    /// What was told last of each analysis.
    told: HashMap<Uuid, (Timestamp, Status)>,
    /// The newest change that was told; at first the beginning.
    newest: Timestamp,
}

impl Watcher {
    /// The analyses that are watched.
    fn watched(&self) -> Select<analysis::Entity> {
        let mine = analysis::Entity::visible_to(self.viewer.user_id);
        match self.subject {
            Subject::Analysis(id) => mine.filter(Column::Id.eq(id)),
            Subject::Image(id) => mine.filter(Column::ImageId.eq(id)),
            Subject::All => mine,
        }
    }

    async fn exists(&self) -> Result<bool, Fault> {
        Ok(match self.subject {
            Subject::All => true,
            Subject::Image(id) => self.analyses.images.find(&self.viewer, id).await?.is_some(),
            Subject::Analysis(id) => self.analyses.find(&self.viewer, id).await?.is_some(),
        })
    }

    /// What changed after this place in the order of changes, the oldest change first.
    async fn changed_after(&self, from: Position) -> Result<Page<analysis::Model>, Fault> {
        let page = PageRequest { size: BACKLOG, backward: false, after: Some(from), before: None };
        let rows = page.select(self.watched(), Column::UpdatedAt, Column::Id, false).all(self.analyses.db.read());
        Ok(page.cut(rows.await?))
    }

    /// The one analysis; else the unfinished ones, the oldest change first; of an image without news its latest.
    async fn state(&self) -> Result<Vec<analysis::Model>, Fault> {
        let db = self.analyses.db.read();
        if let Subject::Analysis(_) = self.subject {
            return Ok(self.watched().all(db).await?);
        }
        let unfinished = self
            .watched()
            .filter(Column::Status.is_in([Status::Queued, Status::Running]))
            .order_by_asc(Column::UpdatedAt)
            .order_by_asc(Column::Id)
            .limit(BACKLOG);
        let mut state = unfinished.all(db).await?;
        if matches!(self.subject, Subject::Image(_)) && state.is_empty() && self.told.is_empty() {
            let newest_first = self.watched().order_by_desc(Column::CreatedAt).order_by_desc(Column::Id);
            state.extend(newest_first.one(db).await?);
        }
        Ok(state)
    }

    async fn read_again(&self, fact: Fact) -> Result<(Option<analysis::Model>, Rest), Fault> {
        let concerns = match (fact, self.subject) {
            (Fact::AnalysisChanged { analysis, .. }, Subject::Analysis(id)) => analysis == id,
            (Fact::AnalysisChanged { image, .. } | Fact::ImageDeleted { image, .. }, Subject::Image(id)) => image == id,
            (Fact::AnalysisChanged { owner, .. }, Subject::All)
            | (Fact::ImageDeleted { owner, .. }, Subject::Analysis(_)) => owner == self.viewer.user_id,
            (Fact::ImageDeleted { .. }, Subject::All) => false,
        };
        if !concerns {
            return Ok((None, Rest::More));
        }
        match fact {
            Fact::AnalysisChanged { analysis, .. } => {
                Ok((self.analyses.find(&self.viewer, analysis).await?, Rest::More))
            }
            Fact::ImageDeleted { .. } => Ok((None, if self.exists().await? { Rest::More } else { Rest::Over })),
        }
    }

    /// True where this was not told yet.
    fn is_news(&mut self, analysis: &analysis::Model) -> bool {
        if self.told.len() >= REMEMBERED {
            // A change told twice does no harm; a socket that is open for a year must not remember all of it.
            self.told.retain(|_, (_, status)| !status.is_final());
        }
        self.newest = self.newest.max(analysis.updated_at);
        let now = (analysis.updated_at, analysis.status);
        self.told.insert(analysis.id, now) != Some(now)
    }

    fn newest_told(&self) -> Position {
        Position { sort: self.newest.0, id: Uuid::nil() }
    }

    fn is_over(&self) -> bool {
        match self.subject {
            Subject::Analysis(id) => self.told.get(&id).is_some_and(|(_, status)| status.is_final()),
            _ => false,
        }
    }
}

/// Where a change stands in the order of changes; hand it back to resume.
pub fn position(analysis: &analysis::Model) -> Position {
    Position { sort: analysis.updated_at.0, id: analysis.id }
}
