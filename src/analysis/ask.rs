//! Ask: a question becomes a row and a job, in one transaction.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
};
use uuid::Uuid;

use super::{Analyses, Error, KIND};
use crate::db::entities::{analysis, image};
use crate::db::ids;
use crate::events::Fact;
use crate::images::NewImage;
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
    pub analysis: Option<analysis::Model>,
}

/// A question that can be asked.
struct Question {
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

    /// Takes a file in and, with `options`, asks about it: both, or neither.
    pub async fn upload(
        &self,
        viewer: &Viewer,
        new: NewImage<'_>,
        options: Option<Options>,
    ) -> Result<UploadedImage, Error> {
        let Some(options) = options else {
            let image = self.images.upload(viewer, new).await?;
            return Ok(UploadedImage { image, analysis: None });
        };
        let question = self.check(viewer, options)?;
        self.check_room(viewer).await?;
        let staged = self.images.stage(viewer, new).await?;
        let txn = self.db.begin().await?;
        let Some(image) = self.images.publish(&txn, &staged).await? else {
            // The storage is not waited for with a transaction open.
            txn.rollback().await?;
            return Err(self.images.take_back(staged).await?.into());
        };
        let analysis = self.ask_in(&txn, &image, question).await?;
        txn.commit().await?;
        self.announce(&analysis);
        Ok(UploadedImage { image, analysis: Some(analysis) })
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
