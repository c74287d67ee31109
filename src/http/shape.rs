//! The shape of an answer. The executor of async-graphql 7.2 gives fields in the order in which they were resolved, and
//! leaves out what failed. The specification wants the document's order ("Serialized Map Ordering"), null where a
//! nullable field failed, and the nearest nullable parent null where a non-null one did ("Handling Execution Errors").

mod nulls;

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    ExecutableDocument, FragmentDefinition, OperationType, Selection, SelectionSet, Type,
};
use async_graphql::{Name, Positioned, Value};

use super::types::Types;

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// The response keys of a selection, in order, each with its type and what is below it. The guard has bounded what it
/// expands to.
#[derive(Debug, Default)]
pub struct Shape {
    /// None at the root, and for `__typename` and the like, which cannot fail.
    ty: Option<Arc<Type>>,
    fields: IndexMap<Name, Shape>,
}

impl Shape {
    /// Of a document with one operation.
    pub fn of(document: &ExecutableDocument, types: &Types) -> Self {
        let mut shape = Self::default();
        if let Some((_, operation)) = document.operations.iter().next() {
            let root = match operation.node.ty {
                OperationType::Query => "Query",
                OperationType::Mutation => "Mutation",
                OperationType::Subscription => "Subscription",
            };
            shape.collect(&operation.node.selection_set.node, root, types, &document.fragments);
        }
        shape
    }

    fn collect(&mut self, selection: &SelectionSet, parent: &str, types: &Types, fragments: &Fragments) {
        for item in &selection.items {
            match &item.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    let found = types.field(parent, &field.name.node);
                    let below = self.fields.entry(field.response_key().node.clone()).or_default();
                    if below.ty.is_none() {
                        below.ty = found.map(|found| found.ty.clone());
                    }
                    let parent = found.map_or("", |found| &found.base);
                    below.collect(&field.selection_set.node, parent, types, fragments);
                }
                Selection::InlineFragment(fragment) => {
                    let parent = fragment.node.type_condition.as_ref().map_or(parent, |on| on.node.on.node.as_str());
                    self.collect(&fragment.node.selection_set.node, parent, types, fragments);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = fragments.get(&spread.node.fragment_name.node) {
                        let parent = fragment.node.type_condition.node.on.node.as_str();
                        self.collect(&fragment.node.selection_set.node, parent, types, fragments);
                    }
                }
            }
        }
    }

    /// Brings an answer, or a part of one, into the document's order.
    pub fn order(&self, value: &mut Value) {
        match value {
            Value::List(items) => items.iter_mut().for_each(|item| self.order(item)),
            Value::Object(fields) if !self.fields.is_empty() => {
                if !self.is_ordered(fields) {
                    self.sort(fields);
                }
                let mut order = self.fields.iter();
                for (key, value) in fields {
                    // Both are in one order, so one pass finds every key.
                    if let Some((_, below)) = order.find(|(expected, _)| *expected == key) {
                        below.order(value);
                    }
                }
            }
            _ => {}
        }
    }

    fn is_ordered(&self, fields: &IndexMap<Name, Value>) -> bool {
        let mut order = self.fields.keys();
        fields.keys().all(|key| order.any(|expected| expected == key))
    }

    fn sort(&self, fields: &mut IndexMap<Name, Value>) {
        let mut unsorted = std::mem::take(fields);
        fields.reserve(unsorted.len());
        for key in self.fields.keys() {
            if let Some((key, value)) = unsorted.swap_remove_entry(key) {
                fields.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;

    fn ordered(document: &str, answer: serde_json::Value) -> String {
        let mut value = Value::from_json(answer).unwrap();
        Shape::of(&parse_query(document).unwrap(), &Types::default()).order(&mut value);
        serde_json::to_string(&value).unwrap()
    }

    #[test]
    fn fields_come_in_the_order_of_the_document_through_fragments_aliases_and_lists() {
        let document = "{ z: a ...F list { y x ... on T { w } } } fragment F on Q { m { e d } list { v y } b }";
        let answer = json!({
            "b": 1, "list": [{ "v": 1, "w": 2, "x": 3, "y": 4 }, null, { "x": 5 }], "m": { "d": 1, "e": 2 }, "z": 6
        });
        assert_eq!(
            ordered(document, answer),
            r#"{"z":6,"m":{"e":2,"d":1},"list":[{"v":1,"y":4,"x":3,"w":2},null,{"x":5}],"b":1}"#
        );
    }
}
