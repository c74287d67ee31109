//! The house as the door sees it: who asks, and what resolvers find in their context.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::Data;
use async_graphql::dataloader::{DataLoader, HashMapCache, Loader};
use async_graphql::parser::types::OperationType;
use secrecy::SecretString;
use uuid::Uuid;

use crate::accounts::graphql::{OwnAccount, RefreshCookie};
use crate::accounts::{Accounts, TokenError};
use crate::analysis::{Analyses, AnalysesById, AnalysisPages, CountsByImage, LatestByImage};
use crate::error::chain;
use crate::graphql::{ClientAddress, Cookies, LazyLoaders, Loaders, UserAgent};
use crate::http::documents::ValidateOnly;
use crate::http::types::{Remarks, Types};
use crate::http::{AuthError, ClientInfo, House};
use crate::images::{Images, ImagesById, MetadataByImage, TagsByImage, TextsByImage};
use crate::schema::{self, ApiSchema};
use crate::viewer::Viewer;

/// Cheap to clone: every open socket and every loader that waits to be used has one.
#[derive(Clone)]
pub struct AppHouse(Arc<Parts>);

struct Parts {
    schema: ApiSchema,
    validator: ApiSchema,
    types: Types,
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
        let types = Types::parse(&schema.sdl(), remarks);
        Self(Arc::new(Parts { schema, validator, types, accounts, images, analyses, refresh_cookie }))
    }
}

impl House for AppHouse {
    type Schema = ApiSchema;

    fn schema(&self) -> &ApiSchema {
        &self.0.schema
    }

    fn validator(&self) -> &ApiSchema {
        &self.0.validator
    }

    fn types(&self) -> &Types {
        &self.0.types
    }

    async fn authenticate(&self, bearer: Option<&str>) -> Result<Option<Viewer>, AuthError> {
        let Some(token) = bearer else {
            return Ok(None);
        };
        match self.0.accounts.authenticate(token).await {
            Ok(viewer) => Ok(Some(viewer)),
            Err(TokenError::Invalid) => Err(AuthError::Invalid),
            Err(TokenError::Fault(fault)) => {
                tracing::warn!(error = %chain(&fault), "a token cannot be checked");
                Err(AuthError::Unavailable)
            }
        }
    }

    async fn living(&self, sessions: &[Uuid]) -> Option<HashSet<Uuid>> {
        let living = self.0.accounts.living(sessions).await;
        living
            .inspect_err(|fault| tracing::warn!(error = %chain(fault), "the sessions of sockets cannot be checked"))
            .ok()
    }

    async fn room(&self, viewer: &Viewer) -> Option<u64> {
        let room = self.0.images.room(viewer.user_id).await;
        // Whoever takes the file in asks again, in the transaction that counts.
        room.inspect_err(|fault| tracing::warn!(error = %chain(fault), "how much is stored cannot be read"))
            .ok()
            .flatten()
    }

    fn request_data(&self, viewer: Option<Viewer>, client: &ClientInfo, operation: OperationType) -> Data {
        let mut data = Data::default();
        data.insert(UserAgent(client.user_agent.clone()));
        data.insert(ClientAddress(client.ip));
        let refresh_token =
            client.cookie(self.0.refresh_cookie.name()).map(|token| SecretString::from(token.to_owned()));
        data.insert(Cookies { refresh_token });
        if let Some(viewer) = viewer {
            // An event of a subscription is about what is there now, not at the subscription's beginning.
            let remember = operation != OperationType::Subscription;
            if remember {
                data.insert(OwnAccount::default());
            }
            let (house, of) = (self.clone(), viewer.clone());
            data.insert(LazyLoaders::new(Box::new(move || house.loaders(&of, remember))));
            data.insert(viewer);
        }
        data
    }
}

impl AppHouse {
    /// They are made when one is asked for the first time: an idle subscription holds none of them.
    fn loaders(&self, viewer: &Viewer, remember: bool) -> Data {
        let mut data = Data::default();
        macro_rules! insert {
            ($loader:ident, $service:ident, $gather:expr) => {{
                let loader = $loader { $service: self.0.$service.clone(), viewer: viewer.clone() };
                data.insert(loaders(loader, remember, $gather));
            }};
        }
        // Whole pages are read ahead past these four, so they need not wait.
        insert!(TextsByImage, images, Duration::ZERO);
        insert!(TagsByImage, images, Duration::ZERO);
        insert!(MetadataByImage, images, Duration::ZERO);
        insert!(LatestByImage, analyses, Duration::ZERO);
        insert!(ImagesById, images, GATHER);
        insert!(AnalysesById, analyses, GATHER);
        insert!(AnalysisPages, analyses, GATHER);
        insert!(CountsByImage, analyses, GATHER);
        data
    }
}

/// How long a loader gathers keys after the first: the resolvers of one level ask within it, and another thread does
/// not run off with the first few.
const GATHER: Duration = Duration::from_millis(1);

fn loaders<K, L>(loader: L, remember: bool, gather: Duration) -> Loaders<L>
where
    K: std::hash::Hash + Eq + Clone + Send + Sync + 'static,
    L: Loader<K>,
{
    let loaders = DataLoader::with_cache(loader, tokio::spawn, HashMapCache::default()).delay(gather);
    loaders.enable_all_cache(remember);
    loaders
}
