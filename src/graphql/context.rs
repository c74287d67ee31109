//! The request's context, by name instead of by type.

use std::any::{TypeId, type_name};
use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

use async_graphql::dataloader::{DataLoader, HashMapCache, Loader};
use async_graphql::{Context, Data, Result};

use super::error::{fault, shared_fault, unauthenticated};
use crate::error::Fault;
use crate::viewer::Viewer;

/// A loader that forgets with its request.
pub type Loaders<L> = DataLoader<L, HashMapCache>;

/// All loaders of a request by their type, made when the first of them is used.
pub type LazyLoaders = LazyLock<Data, Box<dyn FnOnce() -> Data + Send>>;

/// The browser or program that asks, as it calls itself.
pub struct UserAgent(pub Option<String>);

/// Where the request comes from; None where the door does not know.
pub struct ClientAddress(pub Option<IpAddr>);

/// What the browser keeps for us.
#[derive(Default)]
pub struct Cookies {
    pub refresh_token: Option<secrecy::SecretString>,
}

/// What resolvers ask of their context.
pub trait Ctx<'c> {
    /// A part of the house: a service, a setting.
    fn part<T: Send + Sync + 'static>(&self) -> Result<&'c T>;
    /// Whoever asks; UNAUTHENTICATED when nobody is signed in.
    fn viewer(&self) -> Result<&'c Viewer>;
    /// Whoever asks, if anybody is signed in.
    fn viewer_if_any(&self) -> Option<&'c Viewer>;
    fn loader<L: Loader<K>, K: std::hash::Hash + Eq + Clone + Send + Sync + 'static>(&self) -> Result<&'c Loaders<L>>;
}

impl<'c> Ctx<'c> for Context<'c> {
    fn part<T: Send + Sync + 'static>(&self) -> Result<&'c T> {
        self.data_opt::<T>().ok_or_else(|| fault(Fault::internal(format!("no {}", type_name::<T>()))))
    }

    fn viewer(&self) -> Result<&'c Viewer> {
        self.viewer_if_any().ok_or_else(unauthenticated)
    }

    fn viewer_if_any(&self) -> Option<&'c Viewer> {
        self.data_opt::<Viewer>()
    }

    fn loader<L: Loader<K>, K: std::hash::Hash + Eq + Clone + Send + Sync + 'static>(&self) -> Result<&'c Loaders<L>> {
        let loader = self.part::<LazyLoaders>()?.get(&TypeId::of::<Loaders<L>>());
        let loader = loader.and_then(|loader| loader.downcast_ref());
        loader.ok_or_else(|| fault(Fault::internal(format!("no {}", type_name::<L>()))))
    }
}

/// Loads these keys now, in one statement, without the pause in which a loader gathers keys, and lets the resolvers that
/// ask the loader find them. Not for the events of a subscription, whose loaders remember nothing.
pub async fn read_ahead<L, K>(loaders: &Loaders<L>, keys: &[K]) -> Result<()>
where
    L: Loader<K, Error = Arc<Fault>>,
    K: std::hash::Hash + Eq + Clone + Send + Sync + 'static,
{
    let found = loaders.loader().load(keys).await.map_err(shared_fault)?;
    loaders.feed_many(found).await;
    Ok(())
}
