//! Variables that the caller left out. An argument or input field whose value is such a variable counts as absent, by
//! the specification; async-graphql 7.2 makes it null, and a partial update would clear what nobody mentioned. So it is
//! taken out of the document (`update(input: {title: $title})` becomes `update(input: {})`), after its validation.

use std::collections::HashSet;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Variables};
use async_graphql_value::Value;

/// Takes the omitted variables out. `variables` must already hold the defaults.
pub fn drop_omitted(document: &mut ExecutableDocument, variables: &Variables) {
    let definitions = document.operations.iter().flat_map(|(_, operation)| &operation.node.variable_definitions);
    let names = definitions.map(|definition| &definition.node.name.node);
    let omitted: HashSet<Name> = names.filter(|name| !variables.contains_key(*name)).cloned().collect();
    if omitted.is_empty() {
        return;
    }
    for operation in operations(document) {
        selections(&mut operation.node.selection_set.node, &omitted);
    }
    for fragment in document.fragments.values_mut() {
        selections(&mut fragment.node.selection_set.node, &omitted);
    }
}

fn operations(document: &mut ExecutableDocument) -> Vec<&mut Positioned<OperationDefinition>> {
    match &mut document.operations {
        DocumentOperations::Single(operation) => vec![operation],
        DocumentOperations::Multiple(operations) => operations.values_mut().collect(),
    }
}

fn selections(set: &mut SelectionSet, omitted: &HashSet<Name>) {
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) => {
                field.node.arguments.retain_mut(|(_, value)| !clean(&mut value.node, omitted));
                selections(&mut field.node.selection_set.node, omitted);
            }
            Selection::InlineFragment(inline) => selections(&mut inline.node.selection_set.node, omitted),
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// True where the value itself is an omitted variable; otherwise takes those out of its objects. In a list, an omitted
/// variable is null by the specification, and stays.
fn clean(value: &mut Value, omitted: &HashSet<Name>) -> bool {
    match value {
        Value::Variable(name) => return omitted.contains(name),
        Value::Object(fields) => fields.retain(|_, field| !clean(field, omitted)),
        Value::List(items) => {
            for item in items.iter_mut().filter(|item| !matches!(item, Value::Variable(_))) {
                clean(item, omitted);
            }
        }
        _ => {}
    }
    false
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;

    /// Names of the arguments and input fields that are left.
    fn left(query: &str, given: serde_json::Value) -> Vec<String> {
        let mut document = parse_query(query).unwrap();
        drop_omitted(&mut document, &Variables::from_json(given));
        let mut names = Vec::new();
        let mut open: Vec<&SelectionSet> =
            document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node).collect();
        open.extend(document.fragments.values().map(|fragment| &fragment.node.selection_set.node));
        while let Some(set) = open.pop() {
            for selection in &set.items {
                if let Selection::Field(field) = &selection.node {
                    open.push(&field.node.selection_set.node);
                    for (name, value) in &field.node.arguments {
                        names.push(name.node.to_string());
                        if let Value::Object(fields) = &value.node {
                            names.extend(fields.keys().map(|key| format!("{}.{key}", name.node)));
                        }
                    }
                }
            }
        }
        names.sort();
        names
    }

    #[test]
    fn an_omitted_variable_takes_its_argument_and_field_along_and_null_does_not() {
        let query = "mutation($a: String, $b: String) { up(input: {a: $a, b: $b}, arg: $b) }";
        assert_eq!(left(query, json!({"a": "x", "b": null})), ["arg", "input", "input.a", "input.b"]);
        assert_eq!(left(query, json!({"a": "x"})), ["input", "input.a"]);
    }

    #[test]
    fn in_a_list_it_stays_and_fragments_and_deep_objects_are_followed() {
        let query = "query($a: Int) { l(v: [$a]) ...F m { n(o: {p: {q: $a}}) } } fragment F on Query { f(x: $a) }";
        assert_eq!(left(query, json!({})), ["o", "o.p", "v"]);
        assert_eq!(left(query, json!({"a": 1})), ["o", "o.p", "v", "x"]);
    }
}
