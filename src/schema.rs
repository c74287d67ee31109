//! The schema: the slices' roots merged, what belongs to no slice (`node`, `server`), the limits of the library as a
//! second line behind the door's own, and the SDL that `image-manager schema` prints.

mod node;
mod server;

use async_graphql::{MergedObject, MergedSubscription, SDLExportOptions, ScalarType, Schema, Value};

use crate::accounts::graphql::{AccountsMutation, AccountsQuery};
use crate::analysis::graphql::{AnalysisMutation, AnalysisQuery, AnalysisSubscription};
use crate::graphql::scalars;
use crate::images::graphql::{ImageUpdate, ImagesMutation, ImagesQuery, UploadsMutation};
use node::NodeQuery;
use server::ServerQuery;

/// What can be asked.
#[derive(MergedObject, Default)]
pub struct Query(NodeQuery, ServerQuery, AccountsQuery, ImagesQuery, AnalysisQuery);

/// What can be done.
#[derive(MergedObject, Default)]
pub struct Mutation(AccountsMutation, ImagesMutation, ImageUpdate, UploadsMutation, AnalysisMutation);

/// What can be followed.
#[derive(MergedSubscription, Default)]
pub struct Subscription(AnalysisSubscription);

pub type ApiSchema = Schema<Query, Mutation, Subscription>;

/// What an action costs, where it is not the usual: passwords are hashed, files taken in, models asked.
pub const COSTS: &[(&str, &str, u64)] = &[
    ("Mutation", "register", 100),
    ("Mutation", "login", 100),
    ("Mutation", "uploadImage", 50),
    ("Mutation", "completeUpload", 50),
    ("Mutation", "analyzeImage", 20),
];

type IsScalar = fn(&Value) -> bool;

/// Whether a value is one of these scalars.
pub const SCALARS: &[(&str, IsScalar)] = &[
    ("DateTime", is_one::<scalars::DateTime>),
    ("LanguageTag", is_one::<scalars::LanguageTag>),
    ("SafeInt", is_one::<scalars::SafeInt>),
    ("Sha256", is_one::<scalars::Sha256>),
    ("URL", is_one::<scalars::Url>),
];

fn is_one<S: ScalarType>(value: &Value) -> bool {
    S::parse(value.clone()).is_ok()
}

/// The schema without any of the parts that its resolvers need: enough for its SDL.
pub fn builder() -> async_graphql::SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .limit_depth(32)
        .limit_recursive_depth(64)
        .limit_directives(50)
        .disable_suggestions()
}

/// The API in the schema definition language, as committed in `schema.graphql`.
pub fn sdl() -> String {
    let options = SDLExportOptions::new().sorted_enum_items().prefer_single_line_descriptions();
    let mut sdl = builder().finish().sdl_with_options(options);
    while sdl.ends_with("\n\n") {
        sdl.pop();
    }
    sdl
}
