//! What holds for the whole house: ids and cursors of others, conflicts, a database that goes away, the start, words, the
//! schema, and tidiness.

mod conflicts;
mod cursors;
mod foreign;
mod outage;
mod schema;
mod start;
mod tidy;
mod words;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeDefinition, TypeSystemDefinition};

/// The types of the API, by the schema definition language.
fn types() -> Vec<TypeDefinition> {
    let definitions = parse_schema(image_manager::schema::sdl()).unwrap().definitions;
    let types = definitions.into_iter().filter_map(|definition| match definition {
        TypeSystemDefinition::Type(one) => Some(one.node),
        _ => None,
    });
    types.collect()
}
