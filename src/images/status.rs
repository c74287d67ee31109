//! Status: an image's row tells its newest analysis and how that stands, so that lists can be filtered by it. The slice
//! of analyses writes it here, in the transaction of each change.

use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::Images;
use crate::db::entities::analysis::Status;
use crate::db::entities::image::{self, Column};
use crate::error::Fault;

impl Images {
    /// An analysis that was asked for just now is the image's newest; of two that come at once, the later one, by its
    /// id. False: the image is gone. To come before the analysis is written, which locks the image's row too, on MySQL
    /// in a way that lets two in and then keeps both from this.
    pub async fn record_asked(&self, db: &impl ConnectionTrait, image: Uuid, analysis: Uuid) -> Result<bool, Fault> {
        let unless_newer = |column: Column, new: SimpleExpr| -> SimpleExpr {
            let newer = Expr::col(Column::AnalysisId).gt(analysis);
            CaseStatement::new().case(newer, Expr::col(column)).finally(new).into()
        };
        // MySQL assigns from left to right: the id, by which both are judged, comes last.
        let asked = image::Entity::update_many()
            .col_expr(Column::AnalysisStatus, unless_newer(Column::AnalysisStatus, Expr::value(Status::Queued)))
            .col_expr(Column::AnalysisId, unless_newer(Column::AnalysisId, Expr::value(analysis)))
            .filter(Column::Id.eq(image))
            .filter(Column::State.eq(image::State::Ready))
            .exec(db)
            .await?;
        Ok(asked.rows_affected > 0)
    }

    /// How the image's newest analysis stands; nothing where another one was asked for since.
    pub async fn record_status(
        &self,
        db: &impl ConnectionTrait,
        image: Uuid,
        analysis: Uuid,
        status: Status,
    ) -> Result<(), Fault> {
        image::Entity::update_many()
            .col_expr(Column::AnalysisStatus, Expr::value(status))
            .filter(Column::Id.eq(image))
            .filter(Column::AnalysisId.eq(analysis))
            .exec(db)
            .await?;
        Ok(())
    }
}
