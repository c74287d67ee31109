//! Register, log in, refresh, log out.

use async_graphql::{Context, Enum, InputObject, Object, Result, SimpleObject};
use secrecy::SecretString;

use super::{AuthSession, RefreshCookie};
use crate::accounts::{self, Accounts, Error};
use crate::graphql::{ClientAddress, Cookies, Ctx, FileLimits, UserAgent, UserError, user_errors};
use crate::viewer::Viewer;

/// Where the refresh token is kept.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum TokenDelivery {
    /// In the answer, for programs.
    Body,
    /// In an HttpOnly cookie, for browsers; the answer leaves it out.
    Cookie,
}

/// Who wants an account.
#[derive(InputObject)]
pub struct RegisterInput {
    /// 3 to 32 letters, digits, dots, hyphens and underscores, beginning with a letter or digit. Unique without regard to case.
    username: String,
    /// Unique without regard to case.
    email: String,
    /// 10 characters to 256 bytes, and not easy to guess.
    password: String,
    /// Where the refresh token is kept.
    #[graphql(default_with = "TokenDelivery::Body")]
    deliver: TokenDelivery,
}

/// What came of it.
#[derive(SimpleObject)]
pub struct RegisterPayload {
    /// Signed in; null when there are errors.
    session: Option<AuthSession>,
    /// INVALID_INPUT, WEAK_PASSWORD, USERNAME_TAKEN, EMAIL_TAKEN, REGISTRATION_CLOSED, TOO_MANY_ATTEMPTS. Empty: it is done.
    errors: Vec<UserError>,
}

/// Who wants to sign in.
#[derive(InputObject)]
pub struct LoginInput {
    /// The username or the e-mail address.
    login: String,
    /// The password.
    password: String,
    /// Where the refresh token is kept.
    #[graphql(default_with = "TokenDelivery::Body")]
    deliver: TokenDelivery,
}

/// What came of it.
#[derive(SimpleObject)]
pub struct LoginPayload {
    /// Signed in; null when there are errors.
    session: Option<AuthSession>,
    /// INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS. Empty: it is done.
    errors: Vec<UserError>,
}

/// Which session goes on.
#[derive(InputObject)]
pub struct RefreshInput {
    /// Left out when it is in the cookie.
    refresh_token: Option<String>,
}

/// What came of it.
#[derive(SimpleObject)]
pub struct RefreshPayload {
    /// With a new pair of tokens; null when there are errors.
    session: Option<AuthSession>,
    /// TOKEN_INVALID, TOKEN_EXPIRED, TOO_MANY_ATTEMPTS. Empty: it is done.
    errors: Vec<UserError>,
}

/// What came of it.
#[derive(SimpleObject)]
pub struct LogoutPayload {
    /// Empty: it is done.
    errors: Vec<UserError>,
}

#[derive(Default)]
pub struct AccountsMutation;

#[Object]
impl AccountsMutation {
    /// Makes an account and signs its owner in.
    async fn register(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who wants an account.")] input: RegisterInput,
    ) -> Result<RegisterPayload> {
        let new =
            accounts::NewAccount { username: input.username, email: input.email, password: input.password.into() };
        let registered = ctx.part::<Accounts>()?.register(new, client(ctx)?).await;
        let (session, errors) = signed_in(ctx, registered, input.deliver)?;
        Ok(RegisterPayload { session, errors })
    }

    /// Signs in. An unknown name and a wrong password get the same answer.
    async fn login(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who wants to sign in.")] input: LoginInput,
    ) -> Result<LoginPayload> {
        let password: SecretString = input.password.into();
        let logged_in = ctx.part::<Accounts>()?.login(&input.login, password, client(ctx)?).await;
        let (session, errors) = signed_in(ctx, logged_in, input.deliver)?;
        Ok(LoginPayload { session, errors })
    }

    /// Gives the next pair of tokens for a refresh token, once. One that is used again more than 30 seconds later ends
    /// its session: it was copied.
    async fn refresh(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which session goes on.")] input: RefreshInput,
    ) -> Result<RefreshPayload> {
        let (token, deliver) = match input.refresh_token {
            Some(token) => (Some(SecretString::from(token)), TokenDelivery::Body),
            None => (ctx.part::<Cookies>()?.refresh_token.clone(), TokenDelivery::Cookie),
        };
        let refreshed = match token {
            Some(token) => ctx.part::<Accounts>()?.refresh(&token, client(ctx)?).await,
            None => Err(Error::TokenInvalid),
        };
        let (session, errors) = signed_in(ctx, refreshed, deliver)?;
        Ok(RefreshPayload { session, errors })
    }

    /// Ends the current session: its tokens stop working at once. The access token says which, or the cookie with the
    /// refresh token, which is taken away. UNAUTHENTICATED when there is neither.
    async fn logout(&self, ctx: &Context<'_>) -> Result<LogoutPayload> {
        let cookie = ctx.part::<Cookies>()?.refresh_token.as_ref();
        if cookie.is_none() {
            ctx.viewer()?;
        }
        ctx.part::<RefreshCookie>()?.clear(ctx);
        let ended = end_sessions(ctx.part::<Accounts>()?, ctx.viewer_if_any(), cookie).await;
        let errors = ended.err().map(|error| user_errors(error, ctx.part::<FileLimits>()?)).transpose()?;
        Ok(LogoutPayload { errors: errors.unwrap_or_default() })
    }
}

/// That of the access token and that of the cookie: usually one, and neither outlives its cookie.
async fn end_sessions(
    accounts: &Accounts,
    viewer: Option<&Viewer>,
    cookie: Option<&SecretString>,
) -> Result<(), Error> {
    if let Some(viewer) = viewer {
        accounts.logout(viewer).await?;
    }
    if let Some(token) = cookie {
        accounts.logout_with(token).await?;
    }
    Ok(())
}

fn client<'c>(ctx: &Context<'c>) -> Result<accounts::Client<'c>> {
    let user_agent = ctx.part::<UserAgent>()?.0.as_deref();
    Ok(accounts::Client { address: ctx.part::<ClientAddress>()?.0, user_agent })
}

/// The two fields that every payload here has.
fn signed_in(
    ctx: &Context<'_>,
    outcome: Result<accounts::AuthSession, Error>,
    deliver: TokenDelivery,
) -> Result<(Option<AuthSession>, Vec<UserError>)> {
    match outcome {
        Ok(session) => {
            if deliver == TokenDelivery::Cookie {
                ctx.part::<RefreshCookie>()?.set(ctx, &session.refresh_token);
            }
            Ok((Some(AuthSession::new(session, deliver == TokenDelivery::Body)), Vec::new()))
        }
        Err(error) => Ok((None, user_errors(error, ctx.part::<FileLimits>()?)?)),
    }
}
