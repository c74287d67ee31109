//! Watch: first the state as it is, then every change. The bus only hints: at each hint the row is read again, with the
//! viewer's eyes, and told if it differs from what was told last.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::{Stream, TryStreamExt, stream};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use uuid::Uuid;

use super::Analyses;
use super::poll::OVERLAP;
use crate::clock::Timestamp;
use crate::db::entities::analysis::{self, Column, Status};
use crate::error::{Fault, chain};
use crate::events::Fact;
use crate::page::{Page, PageRequest, Position, Scope};
use crate::viewer::Viewer;

/// Of the unfinished, at most this many are told; and so many are read at once.
const BACKLOG: u64 = 100;

/// Changes remembered before the finished ones are forgotten.
const REMEMBERED: usize = 1000;

/// Between a read that the database did not answer and the next one.
const PATIENCE: Duration = Duration::from_secs(1);

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
        let next = match after {
            None => Next::State,
            Some(cursor) => {
                Next::Missed(overlapping(self.event_scope(viewer).decode(cursor).ok_or(WatchError::Cursor)?))
            }
        };
        let watcher = Watcher {
            analyses: self.clone(),
            viewer: viewer.clone(),
            subject,
            // Listening begins before the state is read: what changes in between is heard.
            facts: self.events.listen(),
            next,
            told: HashMap::new(),
            newest: self.clock.now(),
        };
        // Boxed: while it waits for a change it has no room for what it makes of one.
        let turns = stream::unfold(Some(Box::new(watcher)), |watcher| Box::pin(step(watcher)));
        Ok(turns.map_ok(|news| stream::iter(news.into_iter().map(Ok))).try_flatten())
    }
}

/// One turn, and the watcher for the next one. None: it is over.
async fn step(watcher: Option<Box<Watcher>>) -> Option<(Result<Vec<analysis::Model>, Fault>, Option<Box<Watcher>>)> {
    let mut watcher = watcher?;
    Some(match watcher.turn().await {
        Ok((news, rest)) => (Ok(news), (rest == Rest::More).then_some(watcher)),
        // Whoever watches need not know. It ends when the database is back, or the socket gone.
        Err(Fault::Unavailable(error)) => {
            tracing::debug!(error = %chain(error.as_ref()), "analyses cannot be watched for a moment");
            Box::pin(tokio::time::sleep(PATIENCE)).await;
            watcher.begin_anew();
            (Ok(Vec::new()), Some(watcher))
        }
        Err(fault) => (Err(fault), None),
    })
}

/// A little before: changes that are told in one order may have come to be in another.
fn overlapping(from: Position) -> Position {
    Position { sort: Timestamp(from.sort).minus(OVERLAP).0, id: Uuid::nil() }
}

/// What a watcher does next.
#[derive(Clone, Copy)]
enum Next {
    /// Reads what changed after this place.
    Missed(Position),
    /// Reads the state as it is.
    State,
    /// Waits for a change.
    Change,
}

/// One subscription's view.
struct Watcher {
    analyses: Analyses,
    viewer: Viewer,
    subject: Subject,
    facts: Receiver<Fact>,
    next: Next,
    /// What was told last of each analysis.
    told: HashMap<Uuid, (Timestamp, Status)>,
    /// The newest change that was told; at first the beginning.
    newest: Timestamp,
}

impl Watcher {
    /// One step: what is to be told now, which may be nothing. It waits for a change most of the time, so the statements
    /// are boxed: no room is kept for them meanwhile.
    async fn turn(&mut self) -> Result<(Vec<analysis::Model>, Rest), Fault> {
        let (mut news, rest) = match self.next {
            // In the order of changes, or the cursor of one told early would skip those told later.
            Next::Missed(from) => {
                let page = Box::pin(self.changed_after(from)).await?;
                self.next =
                    page.rows.last().filter(|_| page.has_next).map_or(Next::State, |at| Next::Missed(position(at)));
                (page.rows, Rest::More)
            }
            Next::State => {
                if !Box::pin(self.exists()).await? {
                    return Ok((Vec::new(), Rest::Over));
                }
                let state = Box::pin(self.state()).await?;
                self.next = Next::Change;
                (state, Rest::More)
            }
            Next::Change => match self.facts.recv().await {
                Ok(fact) => Box::pin(self.read_again(fact)).await?,
                Err(RecvError::Lagged(_)) => {
                    self.begin_anew();
                    (Vec::new(), Rest::More)
                }
                Err(RecvError::Closed) => (Vec::new(), Rest::Over),
            },
        };
        news.retain(|analysis| self.is_news(analysis));
        Ok((news, if self.is_over() { Rest::Over } else { rest }))
    }

    /// After facts were lost, or a step failed: what came to be in the meantime is told first.
    fn begin_anew(&mut self) {
        if !matches!(self.next, Next::Missed(_)) {
            self.next = Next::Missed(overlapping(self.newest_told()));
        }
    }

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
        let mut state = Vec::new();
        // One at a time: for two of them at once SQLite walks through all that this person ever asked for. What moves from
        // one to the other in between is heard.
        for status in [Status::Queued, Status::Running] {
            let of_status = self.watched().filter(Column::Status.eq(status));
            let of_status = of_status.order_by_asc(Column::UpdatedAt).order_by_asc(Column::Id).limit(BACKLOG);
            state.extend(of_status.all(db).await?);
        }
        state.sort_by_key(|analysis| (analysis.updated_at, analysis.id));
        state.truncate(usize::try_from(BACKLOG).unwrap_or(usize::MAX));
        if matches!(self.subject, Subject::Image(_)) && state.is_empty() && self.told.is_empty() {
            let newest_first = self.watched().order_by_desc(Column::CreatedAt).order_by_desc(Column::Id);
            state.extend(newest_first.one(db).await?);
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
                Ok((self.analyses.find(&self.viewer, analysis).await?.into_iter().collect(), Rest::More))
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
