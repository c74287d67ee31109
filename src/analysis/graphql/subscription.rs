//! Follow analyses as they go.

use async_graphql::{Context, ID, Interface, OneofObject, Result, SimpleObject, Subscription};
use futures_util::stream::{self, BoxStream, StreamExt};

use super::Analysis;
use super::types::AnalysisStatus;
use crate::analysis::watch::position;
use crate::analysis::{Analyses, Subject, WatchError};
use crate::db::ids::Kind;
use crate::graphql::{Ctx, bad_request, fault, id};

/// Which analyses to follow.
#[derive(OneofObject)]
pub enum AnalysisSubject {
    /// This one.
    AnalysisId(ID),
    /// Those of this image.
    ImageId(ID),
    /// True: everything of the viewer. False is refused.
    All(bool),
}

/// Something happened to an analysis.
#[derive(Interface)]
#[graphql(
    field(name = "cursor", ty = "&String", desc = "Hand it back as `after` to resume."),
    field(name = "analysis", ty = "&Analysis", desc = "The analysis as it is now.")
)]
pub enum AnalysisEvent {
    AnalysisStatusChanged(AnalysisStatusChanged),
}

/// The status changed; also sent first after subscribing, with the state as it is.
#[derive(SimpleObject)]
pub struct AnalysisStatusChanged {
    /// Hand it back as `after` to resume.
    cursor: String,
    /// The analysis as it is now.
    analysis: Analysis,
    /// The new status.
    status: AnalysisStatus,
}

#[derive(Default)]
pub struct AnalysisSubscription;

#[Subscription]
impl AnalysisSubscription {
    /// Pushes analyses as they go. First the state as it is (for `all`: the unfinished, at most 100, and what finished
    /// after `after`; for an image without unfinished ones, its latest), then every change. At least once: a client that
    /// reconnects with `after` misses no final state. Completes when its one analysis is finished or its image is gone;
    /// at once where there is no such thing. UNAUTHENTICATED when nobody is signed in.
    async fn analysis_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which analyses to follow.")] of: AnalysisSubject,
        #[graphql(desc = "The cursor of the last event that was seen, to resume. BAD_REQUEST when it is none.")]
        after: Option<String>,
    ) -> Result<BoxStream<'static, Result<Box<AnalysisEvent>>>> {
        let (viewer, service) = (ctx.viewer()?, ctx.part::<Analyses>()?);
        let subject = match of {
            AnalysisSubject::AnalysisId(given) => id::decode(Kind::Analysis, &given).map(Subject::Analysis),
            AnalysisSubject::ImageId(given) => id::decode(Kind::Image, &given).map(Subject::Image),
            AnalysisSubject::All(true) => Some(Subject::All),
            AnalysisSubject::All(false) => return Err(bad_request("`all` can only be true.")),
        };
        let Some(subject) = subject else {
            return Ok(stream::empty().boxed());
        };
        let changes = service.watch(viewer, subject, after.as_deref()).map_err(|error| match error {
            WatchError::Cursor => bad_request(error.to_string()),
            WatchError::Fault(error) => fault(error),
        })?;
        let scope = service.event_scope(viewer);
        let events = changes.map(move |change| {
            let analysis = change.map_err(fault)?;
            // Boxed: a subscription has room for an event even while it waits for one.
            Ok(Box::new(AnalysisEvent::AnalysisStatusChanged(AnalysisStatusChanged {
                cursor: scope.encode(&position(&analysis)),
                status: analysis.status.into(),
                analysis: Analysis(analysis),
            })))
        });
        Ok(events.boxed())
    }
}
