//! The variables of a request: what no client may send, what does not fit its type, what is missing, and what the
//! operation has defaults for.

use async_graphql::parser::types::{
    Directive, ExecutableDocument, OperationDefinition, Selection, SelectionSet, VariableDefinition,
};
use async_graphql::{Positioned, Variables};
use async_graphql_value::{ConstValue, Value};

use super::measure::MAX_VALUES;
use crate::http::problem::{Code, Problem};
use crate::http::types::Inputs;
use crate::spool::PLACEHOLDER_PREFIX;

/// Refuses more values than a document may have, and strings that look like the placeholder of a file, at any depth.
///
/// # Errors
/// `QUERY_TOO_COMPLEX`, `BAD_REQUEST`
pub fn inspect(variables: &Variables) -> Result<(), Problem> {
    let number = variables.values().map(count).fold(0, usize::saturating_add);
    if number > MAX_VALUES as usize {
        let message = format!("The variables have {number} values; at most {MAX_VALUES} are allowed.");
        return Err(Problem::document(Code::TooComplex, message));
    }
    if variables.values().any(holds_placeholder) { Err(reserved()) } else { Ok(()) }
}

fn count(value: &ConstValue) -> usize {
    match value {
        ConstValue::List(items) => items.iter().map(count).fold(1, usize::saturating_add),
        ConstValue::Object(fields) => fields.values().map(count).fold(1, usize::saturating_add),
        _ => 1,
    }
}

fn holds_placeholder(value: &ConstValue) -> bool {
    match value {
        ConstValue::String(text) => text.starts_with(PLACEHOLDER_PREFIX),
        ConstValue::List(items) => items.iter().any(holds_placeholder),
        ConstValue::Object(fields) => fields.values().any(holds_placeholder),
        _ => false,
    }
}

fn reserved() -> Problem {
    let message = format!("A string may not begin with \"{PLACEHOLDER_PREFIX}\": files are sent as multipart forms.");
    Problem::document(Code::BadRequest, message)
}

/// The same for the literals of a document: arguments, those of directives, and defaults of variables.
///
/// # Errors
/// `BAD_REQUEST`
pub fn refuse_placeholder_literals(document: &ExecutableDocument) -> Result<(), Problem> {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node);
    let in_operation = |operation: &OperationDefinition| {
        let defaults = operation.variable_definitions.iter().filter_map(|one| one.node.default_value.as_ref());
        defaults.into_iter().any(|value| holds_placeholder(&value.node))
            || operation.variable_definitions.iter().any(|one| in_directives(&one.node.directives))
            || in_directives(&operation.directives)
            || in_selections(&operation.selection_set.node)
    };
    let found = operations.into_iter().any(in_operation)
        || document.fragments.values().any(|fragment| {
            in_directives(&fragment.node.directives) || in_selections(&fragment.node.selection_set.node)
        });
    if found { Err(reserved()) } else { Ok(()) }
}

fn in_selections(set: &SelectionSet) -> bool {
    set.items.iter().any(|selection| {
        in_directives(selection.node.directives())
            || match &selection.node {
                Selection::Field(field) => {
                    field.node.arguments.iter().any(|(_, value)| is_placeholder(&value.node))
                        || in_selections(&field.node.selection_set.node)
                }
                Selection::InlineFragment(inline) => in_selections(&inline.node.selection_set.node),
                Selection::FragmentSpread(_) => false,
            }
    })
}

fn in_directives(directives: &[Positioned<Directive>]) -> bool {
    directives.iter().flat_map(|directive| &directive.node.arguments).any(|(_, value)| is_placeholder(&value.node))
}

fn is_placeholder(value: &Value) -> bool {
    match value {
        Value::String(text) => text.starts_with(PLACEHOLDER_PREFIX),
        Value::List(items) => items.iter().any(is_placeholder),
        Value::Object(fields) => fields.values().any(is_placeholder),
        _ => false,
    }
}

/// Holds the variables against the types that the operation says, fills in the defaults of what was not given, and
/// leaves out what the operation does not define.
///
/// # Errors
/// `BAD_REQUEST`, at the variable.
pub fn coerce(
    definitions: &[Positioned<VariableDefinition>],
    mut given: Variables,
    inputs: &Inputs,
) -> Result<Variables, Problem> {
    let mut coerced = Variables::default();
    for definition in definitions {
        let (name, expected) = (&definition.node.name.node, &definition.node.var_type.node);
        let wrong = |message: String| {
            let message = format!("The variable \"${name}\" of type \"{expected}\" {message}.");
            Problem::document(Code::BadRequest, message).at(definition.pos)
        };
        match (given.remove(name), &definition.node.default_value) {
            (Some(value), _) => {
                let value = inputs.coerce(value, expected).map_err(|why| wrong(format!("does not fit: {why}")))?;
                coerced.insert(name.clone(), value);
            }
            (None, Some(default)) => drop(coerced.insert(name.clone(), default.node.clone())),
            (None, None) if !expected.nullable => return Err(wrong("was not given".to_owned())),
            (None, None) => {}
        }
    }
    Ok(coerced)
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;
    use crate::http::types::{Remarks, Types};

    #[test]
    fn a_forged_placeholder_is_refused_wherever_it_stands() {
        for forged in [json!("#__graphql_file__:7"), json!("#__graphql_file__:x"), json!("#__graphql_file__:")] {
            for variables in [json!({"a": forged}), json!({"a": [[forged]]}), json!({"unused": {"b": [{"c": forged}]}})]
            {
                assert!(inspect(&Variables::from_json(variables.clone())).is_err(), "{variables}");
            }
        }
        assert!(inspect(&Variables::from_json(json!({"a": "a #__graphql_file__:7"}))).is_ok());
    }

    #[test]
    fn variables_have_no_more_values_than_a_document() {
        let inspected = |number: usize| inspect(&Variables::from_json(json!({"a": vec![1; number], "b": {"c": 1}})));
        assert_eq!(inspected(9_997), Ok(()));
        let problem = inspected(9_998).unwrap_err();
        assert!(problem.code == Code::TooComplex && problem.message.contains("10001 values"), "{}", problem.message);
    }

    #[test]
    fn a_forged_placeholder_is_refused_in_the_document_however_it_is_written() {
        for (query, refused) in [
            (r##"{ a(b: "#__graphql_file__:7") }"##, true),
            (r#"{ a(b: "\u0023__graphql_file__:7") }"#, true),
            (r##"{ a(b: """#__graphql_file__:7""") }"##, true),
            (r##"{ a { c(b: [{d: "#__graphql_file__:7"}]) } }"##, true),
            (r##"{ ... { a @x(b: "#__graphql_file__:7") } }"##, true),
            (r##"{ ...F } fragment F on Q { a(b: "#__graphql_file__:7") }"##, true),
            (r##"query($v: String = "#__graphql_file__:7") { a(b: $v) }"##, true),
            ("{ a(b: \"a file\") # \"#__graphql_file__:7\"\n }", false),
        ] {
            let document = parse_query(query).unwrap();
            assert_eq!(refuse_placeholder_literals(&document).is_err(), refused, "{query}");
        }
    }

    #[test]
    fn what_must_be_given_is_asked_for_and_defaults_are_filled_in() {
        let completed = |query: &str, given: serde_json::Value| {
            let document = parse_query(query).unwrap();
            let (_, operation) = document.operations.iter().next().unwrap();
            let types = Types::parse("type Query { x: Int }", Remarks::default());
            let coerced = coerce(&operation.node.variable_definitions, Variables::from_json(given), types.inputs());
            coerced.map(|variables| serde_json::to_value(variables).unwrap())
        };
        let query = "query($a: Int!, $b: Int! = 2, $c: Int = 3, $d: Int) { x }";
        assert_eq!(completed(query, json!({"a": 1})), Ok(json!({"a": 1, "b": 2, "c": 3})));
        assert_eq!(completed(query, json!({"a": 1.0, "e": 5})), Ok(json!({"a": 1, "b": 2, "c": 3})));
        assert_eq!(completed(query, json!({"a": 1, "c": null})), Ok(json!({"a": 1, "b": 2, "c": null})));
        for wrong in [json!({}), json!({"a": null}), json!({"a": 1, "b": null}), json!({"a": "1"})] {
            let problem = completed(query, wrong.clone()).expect_err(&wrong.to_string());
            assert_eq!((problem.code, problem.locations.len()), (Code::BadRequest, 1));
        }
    }
}
