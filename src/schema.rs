//! The schema: the slices' roots merged, what belongs to no slice (`node`, `server`), the limits of the library as a
//! second line behind the door's own, and the SDL that `image-manager schema` prints.

mod node;
mod server;

use async_graphql::{MergedObject, MergedSubscription, SDLExportOptions, Schema};

use crate::accounts::graphql::{AccountsMutation, AccountsQuery};
use crate::analysis::graphql::{AnalysisMutation, AnalysisQuery, AnalysisSubscription};
use crate::images::graphql::{ImagesMutation, ImagesQuery};
use node::NodeQuery;
use server::ServerQuery;

/// What can be asked.
#[derive(MergedObject, Default)]
pub struct Query(NodeQuery, ServerQuery, AccountsQuery, ImagesQuery, AnalysisQuery);

/// What can be done.
#[derive(MergedObject, Default)]
pub struct Mutation(AccountsMutation, ImagesMutation, AnalysisMutation);

/// What can be followed.
#[derive(MergedSubscription, Default)]
pub struct Subscription(AnalysisSubscription);

pub type ApiSchema = Schema<Query, Mutation, Subscription>;

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
