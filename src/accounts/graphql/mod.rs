//! Accounts as the API shows them.

mod cookie;
mod mutation;
mod types;

use async_graphql::{Context, Object, Result};

pub use cookie::RefreshCookie;
pub use mutation::AccountsMutation;
pub use types::{Account, AuthSession, User};

use super::Accounts;
use crate::graphql::{Ctx, fault};

#[derive(Default)]
pub struct AccountsQuery;

#[Object]
impl AccountsQuery {
    /// The account of whoever asks; null when nobody is signed in.
    async fn me(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        let Some(viewer) = ctx.viewer_if_any() else {
            return Ok(None);
        };
        let account = ctx.part::<Accounts>()?.account(viewer).await.map_err(fault)?;
        Ok(account.map(Account))
    }
}
