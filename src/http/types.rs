//! What the door knows of the schema, read once from its own definition: the types of fields (for the shape of answers
//! and the cost of documents) and of inputs (for the variables).

mod inputs;
mod scalars;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, FieldDefinition, ServiceDocument, Type, TypeKind, TypeSystemDefinition};

pub use inputs::Inputs;
pub use scalars::IsScalar;

/// What a field of the root `Mutation` or `Subscription` costs, where nothing else is said.
const ACTION: u64 = 10;
const OBJECT: u64 = 1;

/// What the definition language does not say of a schema.
#[derive(Clone, Copy, Debug, Default)]
pub struct Remarks {
    /// Type, field, and what selecting it costs, beside what is selected in it.
    pub costs: &'static [(&'static str, &'static str, u64)],
    /// Scalar, and whether a value is one.
    pub scalars: &'static [(&'static str, IsScalar)],
}

#[derive(Debug, Default)]
pub struct Types {
    fields: HashMap<String, HashMap<String, Field>>,
    /// Those that are no interface and no union.
    objects: HashSet<String>,
    inputs: Inputs,
}

/// A field of an object or interface.
#[derive(Debug)]
pub struct Field {
    pub ty: Arc<Type>,
    /// The name at the core of `ty`.
    pub base: String,
    /// Of selecting it once, beside what is selected in it.
    pub cost: u64,
    /// It is a Relay connection.
    pub is_connection: bool,
}

impl Types {
    /// From a schema in the schema definition language, as async-graphql prints its own.
    pub fn parse(sdl: &str, remarks: Remarks) -> Self {
        match parse_schema(sdl) {
            Ok(document) => Self::read(document, remarks),
            Err(error) => {
                // Our own schema always can be read; a test of the whole door would fail here.
                tracing::error!(%error, "the schema cannot be read");
                Self::default()
            }
        }
    }

    fn read(document: ServiceDocument, remarks: Remarks) -> Self {
        let definitions = document.definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => Some(definition.node),
            _ => None,
        });
        let (mut composites, mut objects) = (Vec::new(), HashSet::new());
        let mut inputs = Inputs::new(remarks.scalars);
        for definition in definitions {
            let name = definition.name.node.to_string();
            match definition.kind {
                TypeKind::Object(object) => {
                    objects.insert(name.clone());
                    composites.push((name, object.fields));
                }
                TypeKind::Interface(interface) => composites.push((name, interface.fields)),
                TypeKind::Union(_) => composites.push((name, Vec::new())),
                TypeKind::Scalar => inputs.add_scalar(name),
                TypeKind::Enum(values) => inputs.add_enum(name, values),
                TypeKind::InputObject(object) => {
                    let one_of = definition.directives.iter().any(|directive| directive.node.name.node == "oneOf");
                    inputs.add_object(name, object, one_of);
                }
            }
        }
        let names: HashSet<String> = composites.iter().map(|(name, _)| name.clone()).collect();
        let mut types = Self { fields: HashMap::new(), objects, inputs };
        for (parent, fields) in composites {
            let fields = fields.into_iter().map(|field| read_field(&parent, field.node, &names, remarks)).collect();
            types.fields.insert(parent, fields);
        }
        types
    }

    /// None for `__typename` and the like, and where there is no such field.
    pub fn field(&self, parent: &str, field: &str) -> Option<&Field> {
        self.fields.get(parent)?.get(field)
    }

    /// A type whose values are of this type and no other: no interface, no union.
    pub fn is_object(&self, name: &str) -> bool {
        self.objects.contains(name)
    }

    /// An object, an interface or a union: what needs a selection.
    pub fn has_fields(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    pub fn inputs(&self) -> &Inputs {
        &self.inputs
    }
}

fn read_field(parent: &str, field: FieldDefinition, composites: &HashSet<String>, remarks: Remarks) -> (String, Field) {
    let (name, ty) = (field.name.node.to_string(), field.ty.node);
    let base = base_name(&ty).to_owned();
    let said = remarks.costs.iter().find(|(of, called, _)| *of == parent && *called == name);
    let cost = match said {
        Some((_, _, cost)) => *cost,
        None if matches!(parent, "Mutation" | "Subscription") => ACTION,
        None if composites.contains(&base) => OBJECT,
        None => 0,
    };
    let pages = |argument: &str| field.arguments.iter().any(|given| given.node.name.node == argument);
    let is_connection = base.ends_with("Connection") && pages("first") && pages("last");
    (name, Field { ty: Arc::new(ty), base, cost, is_connection })
}

fn base_name(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => base_name(inner),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SDL: &str = "
        type Query { thing: Thing! words: [String!]! things(first: Int, last: Int): ThingConnection! dear: Thing }
        type Mutation { change: Thing now: Boolean }
        type Thing { name: String } type ThingConnection { nodes: [Thing!]! }";

    #[test]
    fn a_field_costs_what_is_remarked_or_what_its_kind_does() {
        let types = Types::parse(SDL, Remarks { costs: &[("Query", "dear", 7)], scalars: &[] });
        let cost = |parent: &str, field: &str| types.field(parent, field).unwrap().cost;
        assert_eq!((cost("Query", "thing"), cost("Query", "words"), cost("Query", "dear")), (1, 0, 7));
        assert_eq!((cost("Mutation", "change"), cost("Mutation", "now"), cost("Thing", "name")), (10, 10, 0));
        assert!(types.field("Query", "things").unwrap().is_connection);
        assert!(!types.field("Query", "thing").unwrap().is_connection);
        assert!(types.field("Query", "__typename").is_none());
    }
}
