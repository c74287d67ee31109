//! What a document may be, checked before any library sees it: a parser that recurses, a validator that expands
//! fragments without memory, and a scalar that trusts its placeholder each give one small request the power to stop the
//! process. Pure functions over text and variables; the same for every transport.
//!
//! The walk: [`lexer`] bounds the text, the parser reads it, [`measure`] bounds what it expands to, [`variables`]
//! completes and checks the variables, [`omitted`] takes away what the caller left out.

pub mod lexer;
pub mod measure;
pub mod omitted;
pub mod variables;

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType};
use async_graphql::parser::{Error as ParseError, parse_query};
use async_graphql::{Positioned, ServerError};

use super::params::Params;
use super::problem::{Code, Problem};

/// A document that is safe to validate and to execute, and its request.
#[derive(Debug)]
pub struct Checked {
    pub params: Params,
    pub document: ExecutableDocument,
    /// Of the operation that will be executed.
    pub operation: OperationType,
}

/// Checks a request as it came from a client.
///
/// # Errors
/// What is wrong with it, of kind `Document`.
pub fn check(params: Params) -> Result<Checked, Problem> {
    variables::refuse_placeholders(&params.variables)?;
    check_with_files(params)
}

/// The same, for a form whose variables were looked through by [`variables::refuse_placeholders`] before the
/// placeholders of its files were put in.
///
/// # Errors
/// As [`check`].
pub fn check_with_files(mut params: Params) -> Result<Checked, Problem> {
    lexer::scan(&params.query)?;
    let mut document = parse_query(&params.query).map_err(unparsable)?;
    measure::measure(&document)?;
    variables::refuse_placeholder_literals(&document)?;
    let chosen = choose(&document, params.operation_name.as_deref())?;
    let operation = chosen.node.ty;
    variables::complete(&chosen.node, &mut params.variables)?;
    omitted::drop_omitted(&mut document, params.operation_name.as_deref(), &params.variables);
    Ok(Checked { params, document, operation })
}

fn unparsable(error: ParseError) -> Problem {
    let error = ServerError::from(error);
    let mut problem = Problem::document(Code::ParseFailed, error.message);
    problem.locations = error.locations;
    problem
}

/// The operation that the request names, or the only one.
fn choose<'d>(
    document: &'d ExecutableDocument,
    name: Option<&str>,
) -> Result<&'d Positioned<OperationDefinition>, Problem> {
    let wrong = |message: String| Problem::document(Code::BadRequest, message);
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Ok(operation),
        (DocumentOperations::Multiple(operations), Some(name)) => {
            operations.get(name).ok_or_else(|| wrong(format!("There is no operation named \"{name}\".")))
        }
        (DocumentOperations::Single(_), Some(name)) => Err(wrong(format!("There is no operation named \"{name}\"."))),
        (DocumentOperations::Multiple(operations), None) => {
            let mut all = operations.values();
            match (all.next(), all.next()) {
                (Some(only), None) => Ok(only),
                _ => Err(wrong("The document has several operations: say which in `operationName`.".to_owned())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(query: &str, name: Option<&str>) -> Result<OperationType, Problem> {
        let params = Params { query: query.into(), operation_name: name.map(Into::into), ..Params::default() };
        check(params).map(|checked| checked.operation)
    }

    #[test]
    fn the_named_operation_is_the_one_that_counts() {
        let two = "query A { a } mutation B { b }";
        assert_eq!(request(two, Some("A")), Ok(OperationType::Query));
        assert_eq!(request(two, Some("B")), Ok(OperationType::Mutation));
        assert_eq!(request("mutation B { b }", None), Ok(OperationType::Mutation));
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
            assert_eq!(on_a_small_stack(deep(most)), Ok(OperationType::Query));
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
    fn on_a_small_stack(query: String) -> Result<OperationType, Problem> {
        let thread = std::thread::Builder::new().stack_size(1024 * 1024).spawn(move || request(&query, None));
        thread.unwrap().join().unwrap()
    }
}
