//! List: an image's analyses, newest first, and single ones.

use sea_orm::{ColumnTrait, QueryFilter};
use uuid::Uuid;

use super::Analyses;
use crate::db::entities::analysis;
use crate::error::Fault;
use crate::page::{PageArgs, PageError, PageRequest, Position, Scope};
use crate::viewer::Viewer;

impl Analyses {
    pub async fn find(&self, viewer: &Viewer, id: Uuid) -> Result<Option<analysis::Model>, Fault> {
        let found = analysis::Entity::visible_to(viewer.user_id).filter(analysis::Column::Id.eq(id));
        Ok(found.one(self.db.read()).await?)
    }

    /// What the cursors of this image's analyses are bound to.
    pub fn list_scope(&self, viewer: &Viewer, image: Uuid) -> Scope {
        Scope::new(&self.cursors, "analyses", &image.to_string(), viewer.user_id)
    }

    pub fn check_page(&self, viewer: &Viewer, image: Uuid, args: &PageArgs) -> Result<PageRequest, PageError> {
        args.check(&self.list_scope(viewer, image))
    }
}

/// Where an analysis stands in its image's list.
pub fn position(analysis: &analysis::Model) -> Position {
    Position { sort: analysis.created_at.0, id: analysis.id }
}
