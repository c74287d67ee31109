//! An image.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};

use super::exif::Exif;
use super::palette::{self, Color};
use super::rendition::{Rendition, TransformInput};
use super::text::ImageText;
use crate::accounts::graphql::User;
use crate::analysis::graphql::{Analysis, AnalysisConnection};
use crate::analysis::{Analyses, AnalysisPages, LatestByImage, PageKey};
use crate::db::entities::{image, image_metadata, image_text};
use crate::db::ids::Kind;
use crate::error::Fault;
use crate::graphql::scalars::{DateTime, LanguageTag, SafeInt, Sha256, Url};
use crate::graphql::{Ctx, bad_request, fault, id, shared_fault};
use crate::images::{Images, MetadataByImage, TagsByImage, TextsByImage, Variant, choose};
use crate::page::PageArgs;

/// A picture that somebody uploaded. Only its owner sees it.
#[derive(Clone)]
pub struct Image(pub image::Model);

/// A picture that somebody uploaded. Only its owner sees it.
#[Object]
impl Image {
    /// Opaque; begins with `image_`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Image, self.0.id)
    }

    /// Whose image it is.
    async fn owner(&self, ctx: &Context<'_>) -> Result<User> {
        // Only the owner sees an image, so the owner is whoever asks.
        let viewer = ctx.viewer()?;
        Ok(User { id: viewer.user_id, username: viewer.username.clone() })
    }

    /// The file's name as it was sent, made fit to show: the last part of a path, without control characters, at most 255
    /// characters.
    async fn filename(&self) -> &str {
        &self.0.filename
    }

    /// The owner's title; null without one.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// A few sentences on what the picture shows: the owner's words, else an analysis's. Null when there are none.
    async fn description(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Left out: the account's language, else the one written last.")] language: Option<LanguageTag>,
    ) -> Result<Option<String>> {
        let text = self.text(ctx, language, |text| text.description.is_some()).await?;
        Ok(text.and_then(|text| text.description))
    }

    /// For people who cannot see the picture: the owner's words, else an analysis's. Null when there are none; the empty
    /// string says that the picture is decorative.
    async fn alt_text(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Left out: the account's language, else the one written last.")] language: Option<LanguageTag>,
    ) -> Result<Option<String>> {
        let text = self.text(ctx, language, |text| text.alt_text.is_some()).await?;
        Ok(text.and_then(|text| text.alt_text))
    }

    /// Every language that has words, in the order of the tags; at most 100, those written last.
    async fn texts(&self, ctx: &Context<'_>) -> Result<Vec<ImageText>> {
        Ok(self.all_texts(ctx).await?.iter().map(Into::into).collect())
    }

    /// The media type of the original, by its bytes: `image/jpeg`, `image/png`, `image/gif` or `image/webp`.
    async fn content_type(&self) -> &str {
        &self.0.content_type
    }

    /// Size of the original, in bytes.
    async fn byte_size(&self) -> SafeInt {
        SafeInt(self.0.byte_size.unsigned_abs())
    }

    /// Width in pixels as shown, orientation applied.
    async fn width(&self) -> i32 {
        self.0.width
    }

    /// Height in pixels as shown, orientation applied.
    async fn height(&self) -> i32 {
        self.0.height
    }

    /// Of the original.
    async fn sha256(&self) -> Sha256 {
        Sha256(self.0.sha256.clone())
    }

    /// A [ThumbHash](https://evanw.github.io/thumbhash/), base64: a placeholder to draw until the picture is there.
    async fn thumbhash(&self) -> &str {
        &self.0.thumbhash
    }

    /// Up to six colors that the picture consists of, the largest share first; none where they are not known.
    async fn palette(&self, ctx: &Context<'_>) -> Result<Vec<Color>> {
        Ok(self.metadata(ctx).await?.map(|metadata| palette::decode(&metadata.palette)).unwrap_or_default())
    }

    /// What the camera wrote into the file; null where it wrote nothing of it.
    async fn exif(&self, ctx: &Context<'_>) -> Result<Option<Exif>> {
        Ok(self.metadata(ctx).await?.and_then(|metadata| Exif::of(&metadata)))
    }

    /// More than one frame.
    async fn animated(&self) -> bool {
        self.0.animated
    }

    /// Marked by its owner.
    async fn favorite(&self) -> bool {
        self.0.favorite
    }

    /// What its owner filed it under, in their order; at most 100.
    async fn tags(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        let tags = ctx.loader::<TagsByImage, _>()?.load_one(self.0.id).await.map_err(shared_fault)?;
        Ok(tags.map(|tags| tags.to_vec()).unwrap_or_default())
    }

    /// When the picture was taken: the owner's word, else what the camera wrote; null when nobody says. Where the camera
    /// recorded no offset from UTC, its wall-clock time is taken as UTC.
    async fn taken_at(&self) -> Option<DateTime> {
        self.0.taken_at.map(DateTime)
    }

    /// When it was uploaded.
    async fn uploaded_at(&self) -> DateTime {
        DateTime(self.0.uploaded_at)
    }

    /// When its owner last changed something about it.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// A resized, re-encoded copy without metadata, made on first use. Alias the field for a srcset.
    async fn rendition(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the copy should be like. BAD_REQUEST when it has neither width nor height.")]
        transform: TransformInput,
    ) -> Result<Rendition> {
        let planned = ctx.part::<Images>()?.plan_rendition(&self.0, &transform.check()?);
        Ok(Rendition {
            url: Url(planned.link.url),
            width: i32::try_from(planned.spec.width).unwrap_or(i32::MAX),
            height: i32::try_from(planned.spec.height).unwrap_or(i32::MAX),
            content_type: planned.spec.format.content_type().to_owned(),
            expires_at: DateTime(planned.link.expires_at),
        })
    }

    /// The file as it was uploaded, metadata and all.
    async fn original(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = false, desc = "A URL that saves the file under its name, instead of showing it.")]
        download: bool,
    ) -> Result<Rendition> {
        let link = ctx.part::<Images>()?.media().link(self.0.id, Variant::Original { download });
        Ok(Rendition {
            url: Url(link.url),
            width: self.0.width,
            height: self.0.height,
            content_type: self.0.content_type.clone(),
            expires_at: DateTime(link.expires_at),
        })
    }

    /// The newest analysis, in whatever state; null when none was ever asked for.
    async fn latest_analysis(&self, ctx: &Context<'_>) -> Result<Option<Analysis>> {
        let latest = ctx.loader::<LatestByImage, _>()?.load_one(self.0.id).await.map_err(shared_fault)?;
        Ok(latest.flatten().map(Analysis))
    }

    /// All analyses, the newest first. BAD_REQUEST for wrong paging arguments.
    async fn analyses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or behind `after`: 1 to 100. Without `first` and `last`: 20.")]
        first: Option<i32>,
        #[graphql(desc = "A cursor of this list: what comes behind it.")] after: Option<String>,
        #[graphql(desc = "How many from the end, or before `before`: 1 to 100. Not together with `first`.")]
        last: Option<i32>,
        #[graphql(desc = "A cursor of this list: what comes before it.")] before: Option<String>,
    ) -> Result<AnalysisConnection> {
        let (viewer, analyses) = (ctx.viewer()?, ctx.part::<Analyses>()?);
        let args = PageArgs { first, after, last, before };
        let request = analyses.check_page(viewer, self.0.id, &args).map_err(|error| bad_request(error.to_string()))?;
        let key = PageKey { image: self.0.id, request };
        let page = ctx.loader::<AnalysisPages, _>()?.load_one(key).await.map_err(shared_fault)?;
        let page = page.ok_or_else(|| fault(Fault::internal("a page is loaded for every key")))?;
        Ok(AnalysisConnection::new(page, analyses.list_scope(viewer, self.0.id), self.0.id))
    }
}

impl Image {
    async fn metadata(&self, ctx: &Context<'_>) -> Result<Option<Arc<image_metadata::Model>>> {
        let found = ctx.loader::<MetadataByImage, _>()?.load_one(self.0.id).await.map_err(shared_fault)?;
        Ok(found.flatten())
    }

    async fn all_texts(&self, ctx: &Context<'_>) -> Result<Arc<Vec<image_text::Model>>> {
        let texts = ctx.loader::<TextsByImage, _>()?.load_one(self.0.id).await.map_err(shared_fault)?;
        Ok(texts.unwrap_or_default())
    }

    async fn text(
        &self,
        ctx: &Context<'_>,
        language: Option<LanguageTag>,
        has_words: impl Fn(&image_text::Model) -> bool,
    ) -> Result<Option<image_text::Model>> {
        let texts = self.all_texts(ctx).await?;
        let asked = language.as_ref().map(|tag| tag.0.as_str());
        Ok(choose(&texts, asked, &ctx.viewer()?.language, has_words).cloned())
    }
}
