//! Complete: what was put for a ticket becomes an image, as a file that was sent in the request would, and with it goes
//! what is asked about it.

use std::time::Duration;

use tracing::Instrument;
use uuid::Uuid;

use super::ask::{Options, Question, UploadedImage};
use super::{Analyses, Error};
use crate::db::entities::upload;
use crate::error::Fault;
use crate::images::{self, Answer, Claimed, DuplicatePolicy, Fetched, NewImage, Receipt, Source, TicketError};
use crate::viewer::Viewer;

/// How long a request waits for another one that completes the same ticket.
const PATIENCE: Duration = Duration::from_secs(20);

/// A ticket, and what its sender says about the file.
pub struct Completion {
    pub ticket: Uuid,
    pub title: Option<String>,
    pub tags: Vec<String>,
    pub on_duplicate: DuplicatePolicy,
}

impl Analyses {
    /// Makes an image of what was put and, with `options`, asks about it: both, or neither. A ticket that is completed
    /// gives its answer again, without the analysis. What was begun is finished even when nobody waits for it any more.
    pub async fn complete(
        &self,
        viewer: &Viewer,
        completion: Completion,
        options: Option<Options>,
    ) -> Result<UploadedImage, Error> {
        let (analyses, viewer) = (self.clone(), viewer.clone());
        let completing = async move {
            let ticket = match analyses.images.claim_ticket(&viewer, completion.ticket, PATIENCE).await? {
                Claimed::Mine(ticket) => ticket,
                Claimed::Answered(answer) => return analyses.completed(&viewer, answer).await,
            };
            let made = match analyses.question(&viewer, options).await {
                Ok(question) => analyses.make(&viewer, &ticket, completion, question).await,
                Err(error) => Err(error),
            };
            let Err(error) = made else { return made };
            analyses.images.give_back(&Receipt::Ticket(ticket.id)).await;
            // Another request may have been faster after all.
            match analyses.images.ticket_answer(ticket.id).await? {
                Some(answer) => analyses.completed(&viewer, answer).await,
                None => Err(error),
            }
        };
        tokio::spawn(completing.in_current_span()).await.map_err(Fault::internal)?
    }

    async fn make(
        &self,
        viewer: &Viewer,
        ticket: &upload::Model,
        completion: Completion,
        question: Option<Question>,
    ) -> Result<UploadedImage, Error> {
        let made = match self.attempt(viewer, ticket, &completion, question.clone()).await {
            // The file was replaced while it was looked at: what is there now is looked at, once.
            Err(Error::Image(images::Error::Ticket(TicketError::Conflict))) => {
                self.attempt(viewer, ticket, &completion, question).await
            }
            made => made,
        };
        if made.is_ok() {
            let (images, ticket) = (self.images.clone(), ticket.clone());
            tokio::spawn(async move { images.remove_put(&ticket).await });
        }
        made
    }

    async fn attempt(
        &self,
        viewer: &Viewer,
        ticket: &upload::Model,
        completion: &Completion,
        question: Option<Question>,
    ) -> Result<UploadedImage, Error> {
        let Fetched { file, key, pinned } = self.images.fetch(ticket).await?;
        let new = NewImage {
            file,
            source: Source::Incoming { key, pinned: pinned.clone() },
            title: completion.title.clone(),
            tags: completion.tags.clone(),
            on_duplicate: completion.on_duplicate,
        };
        let made = self.take_in(viewer, new, question, &Receipt::Ticket(ticket.id)).await;
        if matches!(made, Err(Error::Image(images::Error::Rejected(_)))) {
            self.images.remove_refused(ticket, &pinned).await;
        }
        made
    }

    /// The answer again.
    async fn completed(&self, viewer: &Viewer, answer: Answer) -> Result<UploadedImage, Error> {
        let image = self.images.find(viewer, answer.image).await?;
        let image = image.ok_or(images::Error::Ticket(TicketError::NotFound))?;
        Ok(UploadedImage { image, duplicate: answer.duplicate, analysis: None })
    }
}
