//! Anything by its id: <https://graphql.org/learn/global-object-identification/>.

use async_graphql::{Context, ID, Interface, Object, Result};
use uuid::Uuid;

use crate::accounts::graphql::User;
use crate::analysis::AnalysesById;
use crate::analysis::graphql::Analysis;
use crate::db::ids::{self, Kind};
use crate::graphql::{Ctx, bad_request, shared_fault};
use crate::images::ImagesById;
use crate::images::graphql::Image;

const MAX_IDS: usize = 100;

/// Anything that has an id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Opaque."))]
pub enum Node {
    User(User),
    Image(Image),
    Analysis(Analysis),
}

#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Anything by its id; null where nothing is there that the viewer may see. UNAUTHENTICATED when nobody is signed in.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of anything; one that cannot be an id is one that is not there.")] id: ID,
    ) -> Result<Option<Node>> {
        ctx.viewer()?;
        find(ctx, &id).await
    }

    /// Many at once, in the order of `ids`; null where nothing is there that the viewer may see. UNAUTHENTICATED when
    /// nobody is signed in.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most 100; more are a BAD_REQUEST.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        ctx.viewer()?;
        if ids.len() > MAX_IDS {
            return Err(bad_request("At most 100 ids at a time."));
        }
        // Asked together, so that the loaders read each kind with one statement.
        futures_util::future::try_join_all(ids.iter().map(|id| find(ctx, id))).await
    }
}

async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    let Some((kind, id)) = ids::parse(&id.0) else {
        return Ok(None);
    };
    Ok(match kind {
        Kind::User => self_only(ctx, id)?,
        Kind::Image => ctx
            .loader::<ImagesById, _>()?
            .load_one(id)
            .await
            .map_err(shared_fault)?
            .map(|found| Node::Image(Image(found))),
        Kind::Analysis => {
            let found = ctx.loader::<AnalysesById, _>()?.load_one(id).await.map_err(shared_fault)?;
            found.map(|found| Node::Analysis(Analysis(found)))
        }
        // Neither is a type of the API that can be asked for.
        Kind::Session | Kind::Upload => None,
    })
}

/// Nobody sees another person yet: there is nothing that they share.
fn self_only(ctx: &Context<'_>, id: Uuid) -> Result<Option<Node>> {
    let viewer = ctx.viewer()?;
    let is_self = viewer.user_id == id;
    Ok(is_self.then(|| Node::User(User { id, username: viewer.username.clone() })))
}
