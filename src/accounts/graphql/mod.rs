//! Accounts as the API shows them.

mod cookie;
mod mutation;
mod types;

use async_graphql::{Context, Object, Result};

pub use cookie::RefreshCookie;
pub use mutation::AccountsMutation;
pub use types::{Account, AuthSession, OwnAccount, User};

use crate::graphql::Ctx;

#[derive(Default)]
pub struct AccountsQuery;

#[Object]
impl AccountsQuery {
    /// The account of whoever asks; null when nobody is signed in.
    async fn me(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        Ok(ctx.viewer_if_any().map(Account::of))
    }
}
