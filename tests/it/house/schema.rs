//! The schema: as committed, and every word of it explained.

use std::path::Path;

use async_graphql::Positioned;
use async_graphql::parser::types::{FieldDefinition, InputValueDefinition, TypeKind};
use image_manager::schema;

#[test]
fn the_committed_schema_is_that_of_the_server() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql");
    let committed = std::fs::read_to_string(path).unwrap();
    let current = schema::sdl();
    let line = committed.lines().zip(current.lines()).position(|(a, b)| a != b);
    assert!(
        committed == current,
        "schema.graphql is not up to date (first difference at line {}): `cargo run -- schema > schema.graphql`",
        line.unwrap_or(committed.lines().count().min(current.lines().count())) + 1,
    );
}

/// Places without a description.
#[derive(Default)]
struct Bare(Vec<String>);

impl Bare {
    fn look(&mut self, place: &str, description: Option<&Positioned<String>>) {
        if description.is_none_or(|text| text.node.trim().is_empty()) {
            self.0.push(place.to_owned());
        }
    }

    fn fields(&mut self, owner: &str, fields: &[Positioned<FieldDefinition>]) {
        for field in fields.iter().map(|field| &field.node) {
            let place = format!("{owner}.{}", field.name.node);
            self.look(&place, field.description.as_ref());
            self.inputs(&place, &field.arguments);
        }
    }

    fn inputs(&mut self, owner: &str, inputs: &[Positioned<InputValueDefinition>]) {
        for input in inputs.iter().map(|input| &input.node) {
            self.look(&format!("{owner}.{}", input.name.node), input.description.as_ref());
        }
    }
}

#[test]
fn everything_in_the_schema_is_described() {
    let mut bare = Bare::default();
    for one in super::types() {
        let name = one.name.node.as_str();
        bare.look(name, one.description.as_ref());
        match &one.kind {
            TypeKind::Object(object) => bare.fields(name, &object.fields),
            TypeKind::Interface(interface) => bare.fields(name, &interface.fields),
            TypeKind::InputObject(input) => bare.inputs(name, &input.fields),
            TypeKind::Enum(values) => {
                for value in values.values.iter().map(|value| &value.node) {
                    bare.look(&format!("{name}.{}", value.value.node), value.description.as_ref());
                }
            }
            TypeKind::Scalar | TypeKind::Union(_) => {}
        }
    }
    assert_eq!(bare.0, Vec::<String>::new(), "write `///` above them, or `desc` for an argument");
}
