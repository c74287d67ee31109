//! The types of all fields, read once from the schema's own definition.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Positioned;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, FieldDefinition, Type, TypeKind, TypeSystemDefinition};

/// A field's type, and the name at its core.
#[derive(Debug)]
pub(super) struct Found {
    pub ty: Arc<Type>,
    pub base: String,
}

/// Field types by type and field name.
#[derive(Debug, Default)]
pub struct FieldTypes(HashMap<String, HashMap<String, Found>>);

impl FieldTypes {
    /// From a schema in the schema definition language, as async-graphql prints its own.
    pub fn parse(sdl: &str) -> Self {
        let document = match parse_schema(sdl) {
            Ok(document) => document,
            Err(error) => {
                // Our own schema always can be read; a test of the whole door would fail here.
                tracing::error!(%error, "the schema cannot be read");
                return Self::default();
            }
        };
        let mut types = HashMap::new();
        for definition in document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else {
                continue;
            };
            let fields = match definition.node.kind {
                TypeKind::Object(object) => object.fields,
                TypeKind::Interface(interface) => interface.fields,
                _ => continue,
            };
            types.insert(definition.node.name.node.to_string(), fields.into_iter().map(read).collect());
        }
        Self(types)
    }

    pub(super) fn field(&self, parent: &str, field: &str) -> Option<&Found> {
        self.0.get(parent)?.get(field)
    }
}

fn read(field: Positioned<FieldDefinition>) -> (String, Found) {
    let ty = field.node.ty.node;
    let base = base_name(&ty).to_owned();
    (field.node.name.node.to_string(), Found { ty: Arc::new(ty), base })
}

fn base_name(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => base_name(inner),
    }
}
