//! Variables that the caller left out. An argument or input field whose value is such a variable counts as absent, by
//! the specification; async-graphql 7.2 makes it null, and a partial update would clear what nobody mentioned. So it is
//! taken out of the document (`update(input: {title: $title})` becomes `update(input: {})`).
//!
//! The price: such an argument is not validated. All documents without omitted variables stay as they are.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{
    Directive, DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Variables};
use async_graphql_value::Value;

/// Takes the omitted variables out of the operation `name` (or the only one) and of the fragments it uses. `variables`
/// must already hold the defaults.
pub fn drop_omitted(document: &mut ExecutableDocument, name: Option<&str>, variables: &Variables) {
    let Some(operation) = chosen(document, name) else { return };
    let definitions = operation.node.variable_definitions.iter().map(|definition| &definition.node.name.node);
    let omitted: HashSet<Name> = definitions.filter(|name| !variables.contains_key(*name)).cloned().collect();
    if omitted.is_empty() {
        return;
    }
    let reachable = reachable(document, &operation.node.selection_set.node);
    let mut pass = Pass { omitted: &omitted, dropped: HashSet::new(), kept: HashSet::new() };
    for (name, fragment) in &mut document.fragments {
        if reachable.contains(name) {
            pass.selections(&mut fragment.node.selection_set.node);
        }
    }
    let Some(mut operation) = chosen(document, name).cloned() else { return };
    pass.directives(&operation.node.directives);
    pass.selections(&mut operation.node.selection_set.node);
    let Pass { dropped, kept, .. } = pass;
    if dropped.is_empty() {
        return;
    }
    // A variable whose last use went must go too, or the validation calls it unused.
    let gone = |name: &Name| dropped.contains(name) && !kept.contains(name);
    operation.node.variable_definitions.retain(|definition| !gone(&definition.node.name.node));
    // Other operations shared the fragments and would now be invalid. They are not executed.
    let elsewhere = elsewhere(document, name, &reachable);
    document.fragments.retain(|name, _| !elsewhere.contains(name));
    document.operations = match name {
        Some(name) => DocumentOperations::Multiple(HashMap::from([(Name::new(name), operation)])),
        None => replace_only(&document.operations, operation),
    };
}

fn replace_only(operations: &DocumentOperations, operation: Positioned<OperationDefinition>) -> DocumentOperations {
    match operations.iter().next() {
        Some((Some(name), _)) => DocumentOperations::Multiple(HashMap::from([(name.clone(), operation)])),
        _ => DocumentOperations::Single(operation),
    }
}

fn chosen<'d>(document: &'d ExecutableDocument, name: Option<&str>) -> Option<&'d Positioned<OperationDefinition>> {
    let mut operations = document.operations.iter();
    operations.find(|(own, _)| name.is_none() || own.map(Name::as_str) == name).map(|(_, operation)| operation)
}

/// Fragments that only other operations use.
fn elsewhere(document: &ExecutableDocument, name: Option<&str>, reachable: &HashSet<Name>) -> HashSet<Name> {
    let others = document.operations.iter().filter(|(own, _)| name.is_some() && own.map(Name::as_str) != name);
    others
        .flat_map(|(_, other)| self::reachable(document, &other.node.selection_set.node))
        .filter(|fragment| !reachable.contains(fragment))
        .collect()
}

/// The fragments that a selection set uses, directly or through others.
fn reachable(document: &ExecutableDocument, set: &SelectionSet) -> HashSet<Name> {
    let mut found = HashSet::new();
    let mut open = vec![set];
    while let Some(set) = open.pop() {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => open.push(&field.node.selection_set.node),
                Selection::InlineFragment(inline) => open.push(&inline.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if found.insert(name.clone())
                        && let Some(fragment) = document.fragments.get(name)
                    {
                        open.push(&fragment.node.selection_set.node);
                    }
                }
            }
        }
    }
    found
}

struct Pass<'o> {
    omitted: &'o HashSet<Name>,
    /// Omitted variables of which a use was taken out.
    dropped: HashSet<Name>,
    /// Variables that are still used somewhere.
    kept: HashSet<Name>,
}

impl Pass<'_> {
    fn selections(&mut self, set: &mut SelectionSet) {
        for selection in &mut set.items {
            self.directives(selection.node.directives());
            match &mut selection.node {
                Selection::Field(field) => {
                    field.node.arguments.retain_mut(|(_, value)| !self.clean(&mut value.node));
                    self.selections(&mut field.node.selection_set.node);
                }
                Selection::InlineFragment(inline) => self.selections(&mut inline.node.selection_set.node),
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    fn directives(&mut self, directives: &[Positioned<Directive>]) {
        for (_, value) in directives.iter().flat_map(|directive| &directive.node.arguments) {
            self.keep(&value.node);
        }
    }

    /// True where the value itself is an omitted variable; otherwise takes those out of its objects. In a list, an
    /// omitted variable is null by the specification, and stays.
    fn clean(&mut self, value: &mut Value) -> bool {
        match value {
            Value::Variable(name) if self.omitted.contains(name) => {
                self.dropped.insert(name.clone());
                return true;
            }
            Value::Object(fields) => fields.retain(|_, field| !self.clean(field)),
            Value::List(items) => items.iter_mut().for_each(|item| match item {
                Value::Variable(name) => drop(self.kept.insert(name.clone())),
                item => drop(self.clean(item)),
            }),
            Value::Variable(name) => drop(self.kept.insert(name.clone())),
            _ => {}
        }
        false
    }

    fn keep(&mut self, value: &Value) {
        match value {
            Value::Variable(name) => drop(self.kept.insert(name.clone())),
            Value::List(items) => items.iter().for_each(|item| self.keep(item)),
            Value::Object(fields) => fields.values().for_each(|field| self.keep(field)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;

    /// Names of the arguments and input fields that are left, and of the variables that are still defined.
    fn left(query: &str, name: Option<&str>, given: serde_json::Value) -> (Vec<String>, Vec<String>) {
        let mut document = parse_query(query).unwrap();
        drop_omitted(&mut document, name, &Variables::from_json(given));
        let operation = chosen(&document, name).unwrap();
        let mut names = Vec::new();
        let mut open: Vec<&SelectionSet> = vec![&operation.node.selection_set.node];
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
        let definitions = &operation.node.variable_definitions;
        (names, definitions.iter().map(|definition| definition.node.name.node.to_string()).collect())
    }

    #[test]
    fn an_omitted_variable_takes_its_argument_and_field_along_and_null_does_not() {
        let query = "mutation($a: String, $b: String) { up(input: {a: $a, b: $b}, arg: $b) }";
        let all = left(query, None, json!({"a": "x", "b": null}));
        assert_eq!(all.0, ["arg", "input", "input.a", "input.b"]);
        let some = left(query, None, json!({"a": "x"}));
        assert_eq!((some.0, some.1), (vec!["input".into(), "input.a".into()], vec!["a".to_owned()]));
    }

    #[test]
    fn a_variable_that_is_still_used_stays_defined_and_one_never_used_is_left_to_the_validation() {
        let query = "query($a: Boolean, $b: Int, $c: Int) { f(x: $a) g @include(if: $a) h(l: [$b]) }";
        let (names, variables) = left(query, None, json!({}));
        assert_eq!((names, variables), (vec!["l".to_owned()], vec!["a".into(), "b".into(), "c".into()]));
    }

    #[test]
    fn fragments_are_followed_and_what_only_other_operations_use_goes() {
        let query = "query A($a: Int) { ...F } query B($a: Int) { ...F ...G } \
                     fragment F on Query { f(x: $a) } fragment G on Query { g(y: 1) }";
        let (names, variables) = left(query, Some("A"), json!({}));
        assert_eq!((names, variables), (vec![], vec![]));
        let (names, variables) = left(query, Some("A"), json!({"a": 1}));
        assert_eq!((names, variables), (vec!["x".to_owned(), "y".to_owned()], vec!["a".to_owned()]));
    }
}
