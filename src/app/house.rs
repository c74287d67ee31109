//! The house as the door sees it: who asks, and what resolvers find in their context.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::Data;
use async_graphql::dataloader::{DataLoader, HashMapCache, Loader};
use async_graphql::parser::types::OperationType;
use secrecy::SecretString;

use crate::accounts::graphql::{OwnAccount, RefreshCookie};
use crate::accounts::{Accounts, TokenError};
use crate::analysis::{Analyses, AnalysesById, AnalysisPages, CountsByImage, LatestByImage};
use crate::error::chain;
use crate::graphql::{ClientAddress, Cookies, Loaders, UserAgent};
use crate::http::documents::ValidateOnly;
use crate::http::types::{Remarks, Types};
use crate::http::{AuthError, ClientInfo, House};
use crate::images::{Images, ImagesById, TextsByImage};
use crate::schema::{self, ApiSchema};
use crate::viewer::Viewer;

#[derive(Clone)]
pub struct AppHouse {
    schema: ApiSchema,
    validator: ApiSchema,
    types: Arc<Types>,
    accounts: Accounts,
    images: Images,
    analyses: Analyses,
    refresh_cookie: RefreshCookie,
}

impl AppHouse {
    pub fn new(
        schema: ApiSchema,
        accounts: Accounts,
        images: Images,
        analyses: Analyses,
        refresh_cookie: RefreshCookie,
    ) -> Self {
        let validator = schema::builder().extension(ValidateOnly).finish();
        let remarks = Remarks { costs: schema::COSTS, scalars: schema::SCALARS };
        let types = Arc::new(Types::parse(&schema.sdl(), remarks));
        Self { schema, validator, types, accounts, images, analyses, refresh_cookie }
    }
}

impl House for AppHouse {
    type Schema = ApiSchema;

    fn schema(&self) -> &ApiSchema {
        &self.schema
    }

    fn validator(&self) -> &ApiSchema {
        &self.validator
    }

    fn types(&self) -> &Types {
        &self.types
    }

    async fn authenticate(&self, bearer: Option<&str>) -> Result<Option<Viewer>, AuthError> {
        let Some(token) = bearer else {
            return Ok(None);
        };
        match self.accounts.authenticate(token).await {
            Ok(viewer) => Ok(Some(viewer)),
            Err(TokenError::Invalid) => Err(AuthError::Invalid),
            Err(TokenError::Fault(fault)) => {
                tracing::warn!(error = %chain(&fault), "a token cannot be checked");
                Err(AuthError::Unavailable)
            }
        }
    }

    async fn alive(&self, viewer: &Viewer) -> bool {
        // While that cannot be found out, the socket stays: it learns nothing that it was not told before.
        self.accounts.session_lives(viewer).await.unwrap_or_else(|fault| {
            // Every socket asks every few seconds: for the curious only.
            tracing::debug!(error = %chain(&fault), "a socket's session cannot be checked");
            true
        })
    }

    fn request_data(&self, viewer: Option<Viewer>, client: &ClientInfo, operation: OperationType) -> Data {
        let mut data = Data::default();
        data.insert(UserAgent(client.user_agent.clone()));
        data.insert(ClientAddress(client.ip));
        let refresh_token = client.cookie(self.refresh_cookie.name()).map(|token| SecretString::from(token.to_owned()));
        data.insert(Cookies { refresh_token });
        if let Some(viewer) = viewer {
            // An event of a subscription is about what is there now, not at the subscription's beginning.
            let remember = operation != OperationType::Subscription;
            if remember {
                data.insert(OwnAccount::default());
            }
            self.insert_loaders(&mut data, &viewer, remember);
            data.insert(viewer);
        }
        data
    }
}

impl AppHouse {
    fn insert_loaders(&self, data: &mut Data, viewer: &Viewer, remember: bool) {
        let (images, analyses) = (&self.images, &self.analyses);
        // These two are read ahead for whole pages, so they need not wait.
        let now = Duration::ZERO;
        data.insert(loader(TextsByImage { images: images.clone(), viewer: viewer.clone() }, remember, now));
        data.insert(loader(LatestByImage { analyses: analyses.clone(), viewer: viewer.clone() }, remember, now));
        data.insert(loader(ImagesById { images: images.clone(), viewer: viewer.clone() }, remember, GATHER));
        data.insert(loader(AnalysesById { analyses: analyses.clone(), viewer: viewer.clone() }, remember, GATHER));
        data.insert(loader(AnalysisPages { analyses: analyses.clone(), viewer: viewer.clone() }, remember, GATHER));
        data.insert(loader(CountsByImage { analyses: analyses.clone(), viewer: viewer.clone() }, remember, GATHER));
    }
}

/// How long a loader gathers keys after the first: the resolvers of one level ask within it, and another thread does
/// not run off with the first few.
const GATHER: Duration = Duration::from_millis(1);

fn loader<K, L>(loader: L, remember: bool, gather: Duration) -> Loaders<L>
where
    K: std::hash::Hash + Eq + Clone + Send + Sync + 'static,
    L: Loader<K>,
{
    let loader = DataLoader::with_cache(loader, tokio::spawn, HashMapCache::default()).delay(gather);
    loader.enable_all_cache(remember);
    loader
}
