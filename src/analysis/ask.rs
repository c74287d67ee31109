//! Ask: a question becomes a row and a job, in one transaction.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
};
use tracing::Instrument;
use uuid::Uuid;

use super::{Analyses, Error, KIND};
use crate::db::entities::{analysis, image};
use crate::db::ids;
use crate::error::{Fault, chain};
use crate::events::Fact;
use crate::images::{self, Answer, Keyed, NewImage, Receipt, Stage, Staged};
use crate::viewer::Viewer;

const MAX_PROMPT: usize = 2000;

/// Of one person. Whoever asks for many at the same moment may get a few more.
const MAX_UNFINISHED: u64 = 1000;

/// What the asker may choose.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// A question of their own, answered beside the standing ones.
    pub prompt: Option<String>,
    /// A BCP 47 tag; None: the account's language.
    pub language: Option<String>,
    /// None: the server's default.
    pub model: Option<String>,
}

/// An image that was uploaded, and what was asked about it in the same go.
pub struct UploadedImage {
    pub image: image::Model,
    /// It was there before.
    pub duplicate: bool,
    pub analysis: Option<analysis::Model>,
}

/// A question that can be asked.
#[derive(Clone)]
pub(super) struct Question {
    prompt: Option<String>,
    language: String,
    provider: &'static str,
    model: String,
}

impl Analyses {
    pub async fn ask(&self, viewer: &Viewer, image: Uuid, options: Options) -> Result<analysis::Model, Error> {
        let question = self.check(viewer, options)?;
        self.check_room(viewer).await?;
        let image = self.images.find(viewer, image).await?.ok_or(Error::NoSuchImage)?;
        let txn = self.db.begin().await?;
        let asked = self.ask_in(&txn, &image, question).await?;
        txn.commit().await?;
        self.announce(&asked);
        Ok(asked)
    }

    /// Takes a file in and, with `options`, asks about it: both, or neither; of a file that is there already nothing is
    /// asked. With a `key`, whoever asks again with it within a day gets the first answer. What was begun is finished
    /// even when nobody waits for it any more: a sender whose connection broke finds it when trying again.
    pub async fn upload(
        &self,
        viewer: &Viewer,
        new: NewImage,
        options: Option<Options>,
        key: Option<String>,
    ) -> Result<UploadedImage, Error> {
        let (analyses, viewer) = (self.clone(), viewer.clone());
        let taking_in = async move {
            let receipt = match key {
                None => Receipt::None,
                Some(key) => match analyses.images.take_key(&viewer, &key).await? {
                    Keyed::Mine(receipt) => receipt,
                    Keyed::Answered(answer) => return analyses.answer_again(&viewer, answer).await,
                },
            };
            let taken = match analyses.question(&viewer, options).await {
                Ok(question) => analyses.take_in(&viewer, new, question, &receipt).await,
                Err(error) => Err(error),
            };
            if taken.is_err() {
                analyses.images.give_back(&receipt).await;
            }
            taken
        };
        tokio::spawn(taking_in.in_current_span()).await.map_err(Fault::internal)?
    }

    /// What will be asked, if anything is, and can be.
    pub(super) async fn question(&self, viewer: &Viewer, options: Option<Options>) -> Result<Option<Question>, Error> {
        let question = options.map(|options| self.check(viewer, options)).transpose()?;
        if question.is_some() {
            self.check_room(viewer).await?;
        }
        Ok(question)
    }

    /// The answer is written down on the receipt, in the transaction that makes it true.
    pub(super) async fn take_in(
        &self,
        viewer: &Viewer,
        new: NewImage,
        question: Option<Question>,
        receipt: &Receipt,
    ) -> Result<UploadedImage, Error> {
        let staged = match self.images.stage(viewer, new, receipt).await? {
            Stage::New(staged) => staged,
            Stage::Existing(image) => {
                let answer = Answer { image: image.id, analysis: None, duplicate: true };
                if !self.images.answer(self.db.write(), receipt, answer).await? {
                    return Err(images::Error::KeyInUse.into());
                }
                return Ok(UploadedImage { image, duplicate: true, analysis: None });
            }
        };
        let txn = match self.db.begin().await {
            Ok(txn) => txn,
            Err(error) => return Err(self.undo(staged, error.into()).await),
        };
        let taken = match self.publish(&txn, &staged, question, receipt).await {
            Ok(Some(taken)) => taken,
            // The storage is not waited for with a transaction open.
            Ok(None) => {
                txn.rollback().await?;
                return Err(self.images.take_back(staged).await?.into());
            }
            Err(error) => {
                drop(txn);
                return Err(self.undo(staged, error).await);
            }
        };
        // Where this fails nobody knows whether it is done: nothing is taken back, the lease decides.
        txn.commit().await?;
        self.images.uploaded(taken.image.id);
        if let Some(analysis) = &taken.analysis {
            self.announce(analysis);
        }
        Ok(taken)
    }

    /// From here on, once committed, the image is there. None: this upload was taken for dead, or somebody else has
    /// answered in its place.
    async fn publish(
        &self,
        txn: &impl ConnectionTrait,
        staged: &Staged,
        question: Option<Question>,
        receipt: &Receipt,
    ) -> Result<Option<UploadedImage>, Error> {
        let Some(image) = self.images.publish(txn, staged).await? else { return Ok(None) };
        let analysis = match question {
            Some(question) => Some(self.ask_in(txn, &image, question).await?),
            None => None,
        };
        let answer = Answer { image: image.id, analysis: analysis.as_ref().map(|row| row.id), duplicate: false };
        let answered = self.images.answer(txn, receipt, answer).await?;
        Ok(answered.then_some(UploadedImage { image, duplicate: false, analysis }))
    }

    /// Takes an upload back that failed at its last step; gives why.
    async fn undo(&self, staged: Staged, why: Error) -> Error {
        if let Err(error) = self.images.take_back(staged).await {
            tracing::warn!(error = %chain(&error), "a failed upload is left to its lease");
        }
        why
    }

    async fn answer_again(&self, viewer: &Viewer, answer: Answer) -> Result<UploadedImage, Error> {
        let image = self.images.find(viewer, answer.image).await?.ok_or(images::Error::KeySpent)?;
        let analysis = match answer.analysis {
            Some(id) => self.find(viewer, id).await?,
            None => None,
        };
        Ok(UploadedImage { image, duplicate: answer.duplicate, analysis })
    }

    fn check(&self, viewer: &Viewer, options: Options) -> Result<Question, Error> {
        let model = self.model.as_ref().ok_or(Error::Unavailable)?;
        // The character of number 0 is one that Postgres does not keep, and the others mean nothing to a model.
        let visible = |c: &char| matches!(c, '\n' | '\t') || !c.is_control();
        let prompt = options.prompt.map(|text| text.chars().filter(visible).collect::<String>().trim().to_owned());
        let prompt = prompt.filter(|text| !text.is_empty());
        if prompt.as_ref().is_some_and(|text| text.chars().count() > MAX_PROMPT) {
            return Err(Error::PromptTooLong);
        }
        let asked_model = options.model.unwrap_or_else(|| model.default_model().to_owned());
        if !model.models().contains(&asked_model) {
            return Err(Error::UnknownModel);
        }
        Ok(Question {
            prompt,
            language: options.language.unwrap_or_else(|| viewer.language.clone()),
            provider: model.provider(),
            model: asked_model,
        })
    }

    async fn check_room(&self, viewer: &Viewer) -> Result<(), Error> {
        use analysis::{Column, Status};
        let unfinished = analysis::Entity::find()
            .filter(Column::OwnerId.eq(viewer.user_id))
            .filter(Column::Status.is_in([Status::Queued, Status::Running]));
        let count = unfinished.count(self.db.read()).await?;
        if count >= MAX_UNFINISHED { Err(Error::TooMany) } else { Ok(()) }
    }

    async fn ask_in(
        &self,
        db: &impl ConnectionTrait,
        image: &image::Model,
        question: Question,
    ) -> Result<analysis::Model, Error> {
        let now = self.clock.now();
        let row = analysis::Model {
            id: ids::new(),
            image_id: image.id,
            owner_id: image.owner_id,
            status: analysis::Status::Queued,
            prompt: question.prompt,
            language: question.language,
            provider: question.provider.to_owned(),
            model: question.model,
            answer: None,
            description: None,
            alt_text: None,
            tags: None,
            detected_text: None,
            input_tokens: None,
            output_tokens: None,
            failure_code: None,
            failure_message: None,
            next_attempt_at: None,
            attempts: 0,
            created_at: now,
            started_at: None,
            finished_at: None,
            updated_at: now,
        };
        if !self.images.record_asked(db, image.id, row.id).await? {
            return Err(Error::NoSuchImage);
        }
        let row = row.into_active_model().insert(db).await?;
        self.jobs.enqueue(db, KIND, row.id).await?;
        Ok(row)
    }

    /// After the commit: to the workers and to whoever watches.
    fn announce(&self, asked: &analysis::Model) {
        self.jobs.wake();
        self.tell(asked);
    }

    pub(super) fn tell(&self, analysis: &analysis::Model) {
        self.events.publish(Fact::AnalysisChanged {
            analysis: analysis.id,
            image: analysis.image_id,
            owner: analysis.owner_id,
        });
    }
}
