//! What a document may be, checked before any library sees it: a parser that recurses, a validator that expands
//! fragments without memory, and a scalar that trusts its placeholder each give one small request the power to stop the
//! process. Pure functions over text and variables; the same for every transport.
//!
//! The walk, once a document: [`lexer`] bounds the text, the parser reads it, [`measure`] bounds what it expands to.
//! [`merge`], [`conditions`] and [`typename`] see to what the library's validation takes too long for, or does not look
//! at; [`cost`] writes the formula. Once a request: [`variables`] are held against their types, [`omitted`] takes away
//! what the caller left out.

pub mod conditions;
pub mod cost;
pub mod lexer;
pub mod measure;
pub mod merge;
pub mod omitted;
pub mod typename;
pub mod variables;

use std::collections::HashMap;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, FragmentDefinition, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::parser::{Error as ParseError, parse_query};
use async_graphql::{Name, Positioned, ServerError};

use super::problem::{Code, Problem};

/// A document that is safe to validate.
#[derive(Debug)]
pub struct Parsed {
    pub document: ExecutableDocument,
    pub tokens: usize,
}

/// Reads the text of a document, within all bounds.
///
/// # Errors
/// What is wrong with it, of kind `Document`.
pub fn parse(text: &str) -> Result<Parsed, Problem> {
    let scan = lexer::scan(text)?;
    let document = parse_query(text).map_err(unparsable)?;
    measure::measure(&document)?;
    variables::refuse_placeholder_literals(&document)?;
    Ok(Parsed { document, tokens: scan.tokens })
}

fn unparsable(error: ParseError) -> Problem {
    let error = ServerError::from(error);
    let mut problem = Problem::document(Code::ParseFailed, error.message);
    problem.locations = error.locations;
    problem
}

/// For servers that do not show their schema.
///
/// # Errors
/// `GRAPHQL_VALIDATION_FAILED`, where `__schema` or `__type` is asked for anywhere.
pub fn refuse_introspection(document: &ExecutableDocument) -> Result<(), Problem> {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    let mut open: Vec<&SelectionSet> = operations.collect();
    open.extend(document.fragments.values().map(|fragment| &fragment.node.selection_set.node));
    while let Some(set) = open.pop() {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) if matches!(field.node.name.node.as_str(), "__schema" | "__type") => {
                    let message = "Introspection is off on this server.";
                    return Err(Problem::document(Code::ValidationFailed, message).at(field.pos));
                }
                Selection::Field(field) => open.push(&field.node.selection_set.node),
                Selection::InlineFragment(inline) => open.push(&inline.node.selection_set.node),
                Selection::FragmentSpread(_) => {}
            }
        }
    }
    Ok(())
}

/// A document of the operation that the request names, or of the only one, and the fragments that it uses.
///
/// # Errors
/// `BAD_REQUEST` where there is no such operation, or several and no name.
pub fn choose(document: &ExecutableDocument, name: Option<&str>) -> Result<ExecutableDocument, Problem> {
    let wrong = |message: &str| Problem::document(Code::BadRequest, message);
    let none = "There is no operation of the name in `operationName`.";
    let operation = match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => operation,
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name).ok_or_else(|| wrong(none))?,
        (DocumentOperations::Single(_), Some(_)) => return Err(wrong(none)),
        (DocumentOperations::Multiple(operations), None) => {
            let mut all = operations.values();
            match (all.next(), all.next()) {
                (Some(only), None) => only,
                _ => return Err(wrong("The document has several operations: say which in `operationName`.")),
            }
        }
    };
    Ok(ExecutableDocument {
        fragments: used_by(operation, &document.fragments),
        operations: DocumentOperations::Single(operation.clone()),
    })
}

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

fn used_by(operation: &Positioned<OperationDefinition>, all: &Fragments) -> Fragments {
    let mut used = Fragments::new();
    let mut open: Vec<&SelectionSet> = vec![&operation.node.selection_set.node];
    while let Some(set) = open.pop() {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => open.push(&field.node.selection_set.node),
                Selection::InlineFragment(inline) => open.push(&inline.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = all.get(name)
                        && !used.contains_key(name)
                    {
                        used.insert(name.clone(), fragment.clone());
                        open.push(&fragment.node.selection_set.node);
                    }
                }
            }
        }
    }
    used
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(query: &str, name: Option<&str>) -> Result<ExecutableDocument, Problem> {
        choose(&parse(query)?.document, name)
    }

    /// The names of an operation's root fields and of its fragments.
    fn chosen(query: &str, name: Option<&str>) -> (String, Vec<String>) {
        let document = request(query, name).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        let Selection::Field(field) = &operation.node.selection_set.node.items[0].node else { panic!("{query}") };
        let mut fragments: Vec<_> = document.fragments.keys().map(Name::to_string).collect();
        fragments.sort();
        (field.node.name.node.to_string(), fragments)
    }

    #[test]
    fn the_named_operation_is_the_one_that_counts_with_the_fragments_it_uses() {
        let two = "query A { a { ...F } } mutation B { b { ...G } } \
                   fragment F on T { x { ...H } } fragment G on T { y } fragment H on T { z }";
        assert_eq!(chosen(two, Some("A")), ("a".into(), vec!["F".into(), "H".into()]));
        assert_eq!(chosen(two, Some("B")), ("b".into(), vec!["G".into()]));
        assert_eq!(chosen("mutation B { b }", None), ("b".into(), vec![]));
        for (query, name) in [(two, None), (two, Some("C")), ("{ a }", Some("A"))] {
            assert_eq!(request(query, name).unwrap_err().code, Code::BadRequest, "{query} {name:?}");
        }
    }

    #[test]
    fn a_document_that_cannot_be_parsed_says_where() {
        let problem = request("{ a(", None).unwrap_err();
        assert_eq!(problem.code, Code::ParseFailed);
        assert_eq!(problem.locations.len(), 1);
        for query in ["", "#only a comment", "{", "}", "type A { b: Int }", "{ a } { b }"] {
            assert_eq!(request(query, None).unwrap_err().code, Code::ParseFailed, "{query}");
        }
    }

    #[test]
    fn nesting_as_deep_as_allowed_is_parsed_on_a_small_stack() {
        // Two levels are the selection set and the arguments.
        let most = lexer::MAX_NESTING - 2;
        for (open, middle, close) in [("[", "1", "]"), ("{b:", "1", "}")] {
            let deep = |levels: usize| format!("{{ a(v: {}{middle}{}) }}", open.repeat(levels), close.repeat(levels));
            assert_eq!(on_a_small_stack(deep(most)), Ok(()));
            assert_eq!(on_a_small_stack(deep(most + 1)).unwrap_err().code, Code::TooComplex);
        }
        // These are parsed, and then found too deep.
        let fields = format!("{}a{}", "{a".repeat(most), "}".repeat(most));
        let inline = format!("{{{}a{}}}", "...{".repeat(most), "}".repeat(most));
        for (query, words) in [(fields, "levels of fields"), (inline, "")] {
            let checked = on_a_small_stack(query);
            assert!(checked.err().is_none_or(|problem| problem.message.contains(words)));
        }
    }

    /// A worker thread of the runtime has 2 MiB.
    fn on_a_small_stack(query: String) -> Result<(), Problem> {
        let thread = std::thread::Builder::new().stack_size(1024 * 1024).spawn(move || request(&query, None).map(drop));
        thread.unwrap().join().unwrap()
    }
}
