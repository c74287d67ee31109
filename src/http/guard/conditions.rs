//! Conditions: what `@skip` and `@include` depend on. async-graphql's validation looks at the variables of arguments and
//! not at those of directives, and its executor takes a condition that is no Boolean for false.
//! Specification: "All Variable Usages Are Allowed", 5.8.5.

use std::collections::HashMap;

use async_graphql::parser::types::{
    BaseType, Directive, ExecutableDocument, Selection, SelectionSet, VariableDefinition,
};
use async_graphql::{Name, Positioned};
use async_graphql_value::Value;

use crate::http::problem::{Code, Problem};

/// Of a document with one operation.
///
/// # Errors
/// `GRAPHQL_VALIDATION_FAILED` where a variable stands there that is no `Boolean!`, nor a `Boolean` with a default.
pub fn refuse_others_than_booleans(document: &ExecutableDocument) -> Result<(), Problem> {
    for (_, operation) in document.operations.iter() {
        let definitions = operation.node.variable_definitions.iter().map(|definition| &definition.node);
        let variables = definitions.map(|definition| (&definition.name.node, definition)).collect();
        in_directives(&operation.node.directives, &variables)?;
        in_selections(&operation.node.selection_set.node, &variables)?;
        for fragment in document.fragments.values() {
            in_selections(&fragment.node.selection_set.node, &variables)?;
        }
    }
    Ok(())
}

type Variables<'d> = HashMap<&'d Name, &'d VariableDefinition>;

fn in_selections(set: &SelectionSet, variables: &Variables<'_>) -> Result<(), Problem> {
    for selection in &set.items {
        in_directives(selection.node.directives(), variables)?;
        match &selection.node {
            Selection::Field(field) => in_selections(&field.node.selection_set.node, variables)?,
            Selection::InlineFragment(inline) => in_selections(&inline.node.selection_set.node, variables)?,
            Selection::FragmentSpread(_) => {}
        }
    }
    Ok(())
}

fn in_directives(directives: &[Positioned<Directive>], variables: &Variables<'_>) -> Result<(), Problem> {
    for directive in directives {
        let Some(condition) = directive.node.get_argument("if") else { continue };
        let Value::Variable(name) = &condition.node else { continue };
        // One that is not defined is for the validation to report.
        if variables.get(name).is_some_and(|definition| !is_condition(definition)) {
            let message = format!("The variable \"${name}\" is a condition and must be a \"Boolean!\".");
            return Err(Problem::document(Code::ValidationFailed, message).at(condition.pos));
        }
    }
    Ok(())
}

fn is_condition(definition: &VariableDefinition) -> bool {
    let expected = &definition.var_type.node;
    matches!(&expected.base, BaseType::Named(name) if name == "Boolean")
        && (!expected.nullable || definition.default_value.is_some())
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn only_a_boolean_that_is_always_there_is_a_condition() {
        for (query, good) in [
            ("query($a: Boolean!) { x @include(if: $a) }", true),
            ("query($a: Boolean = true) { x @skip(if: $a) ... @include(if: true) { x } }", true),
            ("query($a: Boolean) { x @include(if: $a) }", false),
            ("query($a: String!) { y { ... @skip(if: $a) { x } } }", false),
            ("query($a: [Boolean!]!) { ...F } fragment F on Query { y { x @skip(if: $a) } }", false),
        ] {
            let checked = refuse_others_than_booleans(&parse_query(query).unwrap());
            assert_eq!(checked.is_ok(), good, "{query}");
        }
    }
}
