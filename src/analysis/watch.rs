//! Watch: first the state as it is, then every change. The bus only hints: at each hint the row is read again, with the
//! viewer's eyes, and told if it differs from what was told last.

use std::collections::HashMap;

use async_stream::try_stream;
use futures_util::Stream;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect};
use tokio::sync::broadcast::error::RecvError;
use uuid::Uuid;

use super::Analyses;
use crate::clock::Timestamp;
use crate::db::entities::analysis::{self, Column, Status};
use crate::error::Fault;
use crate::events::Fact;
use crate::page::{Position, Scope};
use crate::viewer::Viewer;

/// Of the state as it is, at most this many are told.
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
        let after = match after {
            None => None,
            Some(cursor) => Some(self.event_scope(viewer).decode(cursor).ok_or(WatchError::Cursor)?),
        };
        let mut watcher = Watcher { analyses: self.clone(), viewer: viewer.clone(), subject, told: HashMap::new() };
        // Listening begins before the state is read: what changes in between is heard.
        let mut facts = self.events.listen();
        Ok(try_stream! {
            if !watcher.exists().await? {
                return;
            }
            for analysis in watcher.state(after).await? {
                if watcher.is_news(&analysis) {
                    yield analysis;
                }
            }
            if watcher.is_over() {
                return;
            }
            loop {
                let changed = match facts.recv().await {
                    Ok(fact) => watcher.read_again(fact).await?,
                    Err(RecvError::Lagged(_)) => (watcher.state(None).await?, Rest::More),
                    Err(RecvError::Closed) => return,
                };
                for analysis in changed.0 {
                    if watcher.is_news(&analysis) {
                        yield analysis;
                    }
                }
                if changed.1 == Rest::Over || watcher.is_over() {
                    return;
                }
            }
        })
    }
}

/// One subscription's view.
struct Watcher {
    analyses: Analyses,
    viewer: Viewer,
    subject: Subject,
    /// What was told last of each analysis.
    told: HashMap<Uuid, (Timestamp, Status)>,
}

impl Watcher {
    async fn exists(&self) -> Result<bool, Fault> {
        Ok(match self.subject {
            Subject::All => true,
            Subject::Image(id) => self.analyses.images.find(&self.viewer, id).await?.is_some(),
            Subject::Analysis(id) => self.analyses.find(&self.viewer, id).await?.is_some(),
        })
    }

    /// The unfinished ones, and what changed after a cursor; of one image also its latest; oldest change first.
    async fn state(&self, after: Option<Position>) -> Result<Vec<analysis::Model>, Fault> {
        let mine = analysis::Entity::visible_to(self.viewer.user_id);
        let open = Column::Status.is_in([Status::Queued, Status::Running]);
        let wanted = match after {
            Some(from) => {
                open.or(Column::UpdatedAt.gt(from.sort).or(Column::UpdatedAt.eq(from.sort).and(Column::Id.gt(from.id))))
            }
            None => open,
        };
        let wanted = match self.subject {
            Subject::Analysis(id) => mine.filter(Column::Id.eq(id)),
            Subject::Image(id) => mine.filter(Column::ImageId.eq(id)).filter(wanted),
            Subject::All => mine.filter(Condition::all().add(wanted)),
        };
        let mut state = wanted
            .order_by_asc(Column::UpdatedAt)
            .order_by_asc(Column::Id)
            .limit(BACKLOG)
            .all(self.analyses.db.read())
            .await?;
        if let (Subject::Image(id), true) = (self.subject, state.is_empty()) {
            let latest = analysis::Entity::visible_to(self.viewer.user_id)
                .filter(Column::ImageId.eq(id))
                .order_by_desc(Column::CreatedAt)
                .order_by_desc(Column::Id)
                .one(self.analyses.db.read());
            state.extend(latest.await?);
        }
        Ok(state)
    }

    async fn read_again(&self, fact: Fact) -> Result<(Vec<analysis::Model>, Rest), Fault> {
        let concerns = match (fact, self.subject) {
            (Fact::AnalysisChanged { analysis, .. }, Subject::Analysis(id)) => analysis == id,
            (Fact::AnalysisChanged { image, .. } | Fact::ImageDeleted { image, .. }, Subject::Image(id)) => image == id,
            (Fact::AnalysisChanged { owner, .. }, Subject::All)
            | (Fact::ImageDeleted { owner, .. }, Subject::Analysis(_)) => owner == self.viewer.user_id,
            (Fact::ImageDeleted { .. }, Subject::All) => false,
        };
        if !concerns {
            return Ok((Vec::new(), Rest::More));
        }
        match fact {
            Fact::AnalysisChanged { analysis, .. } => {
                let row = self.analyses.find(&self.viewer, analysis).await?;
                Ok((row.into_iter().collect(), Rest::More))
            }
            Fact::ImageDeleted { .. } => Ok((Vec::new(), if self.exists().await? { Rest::More } else { Rest::Over })),
        }
    }

    /// True where this was not told yet.
    fn is_news(&mut self, analysis: &analysis::Model) -> bool {
        if self.told.len() >= REMEMBERED {
            // A change told twice does no harm; a socket that is open for a year must not remember all of it.
            self.told.retain(|_, (_, status)| !status.is_final());
        }
        let now = (analysis.updated_at, analysis.status);
        self.told.insert(analysis.id, now) != Some(now)
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
