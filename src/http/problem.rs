//! What the door refuses by itself: one code and one kind each. The kind decides the HTTP status.

use async_graphql::{Pos, ServerError, Value};

/// `extensions.code` of a top-level error that the door can give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    BadRequest,
    ParseFailed,
    ValidationFailed,
    TooComplex,
    PersistedQueryNotFound,
    DocumentNotKnown,
    RateLimited,
    Unauthenticated,
    Internal,
    Unavailable,
}

impl Code {
    pub const ALL: [Self; 10] = [
        Self::BadRequest,
        Self::ParseFailed,
        Self::ValidationFailed,
        Self::TooComplex,
        Self::PersistedQueryNotFound,
        Self::DocumentNotKnown,
        Self::RateLimited,
        Self::Unauthenticated,
        Self::Internal,
        Self::Unavailable,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "BAD_REQUEST",
            Self::ParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::ValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::TooComplex => "QUERY_TOO_COMPLEX",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::DocumentNotKnown => "DOCUMENT_NOT_KNOWN",
            Self::RateLimited => "RATE_LIMITED",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Internal => "INTERNAL",
            Self::Unavailable => "UNAVAILABLE",
        }
    }
}

/// Where a request broke off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The request was understood, its document or variables are wrong. A client of `application/json` gets status 200,
    /// as GraphQL over HTTP asks for its legacy clients; the others 400.
    Document,
    /// 400
    Malformed,
    /// 401
    Unauthenticated,
    /// 405: a mutation by GET.
    MethodNotAllowed,
    /// 406
    NotAcceptable,
    /// 408
    Timeout,
    /// 413
    TooLarge,
    /// 415
    UnsupportedMediaType,
    /// 429
    TooManyRequests {
        /// Seconds.
        retry_after: u32,
    },
    /// 500
    Internal,
    /// 503
    Unavailable,
}

/// A request error: nothing was executed.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    pub kind: Kind,
    pub code: Code,
    /// For people; safe to show.
    pub message: String,
    /// In the document; empty where there is none.
    pub locations: Vec<Pos>,
}

impl Problem {
    pub fn new(kind: Kind, code: Code, message: impl Into<String>) -> Self {
        Self { kind, code, message: message.into(), locations: Vec::new() }
    }

    /// The HTTP request or the message is not well-formed.
    pub fn malformed(message: impl Into<String>) -> Self {
        Self::new(Kind::Malformed, Code::BadRequest, message)
    }

    /// The document or its variables are wrong.
    pub fn document(code: Code, message: impl Into<String>) -> Self {
        Self::new(Kind::Document, code, message)
    }

    pub fn unauthenticated(message: impl Into<String>) -> Self {
        Self::new(Kind::Unauthenticated, Code::Unauthenticated, message)
    }

    pub fn internal() -> Self {
        Self::new(Kind::Internal, Code::Internal, "Something went wrong on our side.")
    }

    pub fn unavailable() -> Self {
        Self::new(Kind::Unavailable, Code::Unavailable, "The server cannot do this right now. Please try again later.")
    }

    #[must_use]
    pub fn at(mut self, position: Pos) -> Self {
        self.locations.push(position);
        self
    }
}

impl From<Problem> for ServerError {
    fn from(problem: Problem) -> Self {
        let mut error = Self::new(problem.message, None);
        error.locations = problem.locations;
        set_code(&mut error, problem.code);
        if let Kind::TooManyRequests { retry_after } = problem.kind {
            error.extensions.get_or_insert_default().set("retryAfter", retry_after);
        }
        error
    }
}

/// Why a request was not executed, with all that is wrong.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub kind: Kind,
    /// Never empty; each has a code.
    pub errors: Vec<ServerError>,
}

/// More request errors than a person reads; a document of wrong fields has one each. And places of one error.
const MAX_ERRORS: usize = 20;

impl Refusal {
    /// From errors of the library, or of a subscription that could not be created. Those without a code get `fallback`.
    pub fn of(errors: Vec<ServerError>, fallback: Code) -> Self {
        let mut errors = merge(errors);
        for error in &mut errors {
            // The library's limits say so in words only.
            let code = match error.message.as_str() {
                "Query is too complex." | "Query is nested too deep." => Code::TooComplex,
                message if message.starts_with("The recursion depth of the query") => Code::TooComplex,
                message if message.starts_with("The number of directives on the field") => Code::TooComplex,
                _ => fallback,
            };
            set_code(error, code);
        }
        let kind = match errors.first().and_then(code_of) {
            Some("UNAUTHENTICATED") => Kind::Unauthenticated,
            Some("INTERNAL") => Kind::Internal,
            Some("UNAVAILABLE") => Kind::Unavailable,
            _ => Kind::Document,
        };
        Self { kind, errors }
    }
}

impl Refusal {
    /// A document was read before it was refused, and not only looked up by its hash.
    pub fn took_work(&self) -> bool {
        let looked_up = [Code::PersistedQueryNotFound, Code::DocumentNotKnown, Code::RateLimited].map(Code::as_str);
        !self.errors.first().and_then(code_of).is_some_and(|code| looked_up.contains(&code))
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self { kind: problem.kind, errors: vec![problem.into()] }
    }
}

/// What is wrong at several places for the same reason is one error.
fn merge(errors: Vec<ServerError>) -> Vec<ServerError> {
    let mut merged: Vec<ServerError> = Vec::new();
    for error in errors {
        let same = |other: &&mut ServerError| other.message == error.message && other.path == error.path;
        if let Some(other) = merged.iter_mut().find(same) {
            let room = MAX_ERRORS.saturating_sub(other.locations.len());
            other.locations.extend(error.locations.into_iter().take(room));
        } else if merged.len() < MAX_ERRORS {
            merged.push(error);
        }
    }
    merged
}

/// `extensions.code`.
pub fn code_of(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code),
        Value::Enum(code) => Some(code.as_str()),
        _ => None,
    }
}

/// Gives an error a code where it has none.
pub fn set_code(error: &mut ServerError, code: Code) {
    if code_of(error).is_none() {
        error.extensions.get_or_insert_default().set("code", code.as_str());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(count: usize, message: impl Fn(usize) -> String) -> Vec<ServerError> {
        (1..=count).map(|line| ServerError::new(message(line), Some(Pos { line, column: 1 }))).collect()
    }

    #[test]
    fn the_same_at_several_places_is_one_error_and_there_are_never_many() {
        let refusal = |errors| Refusal::of(errors, Code::ValidationFailed).errors;
        let same = refusal(errors(3, |_| "no such field".to_owned()));
        assert_eq!((same.len(), same[0].locations.iter().map(|at| at.line).collect()), (1, vec![1, 2, 3]));
        assert_eq!(refusal(errors(1_000, |_| "no such field".to_owned()))[0].locations.len(), MAX_ERRORS);
        let all = refusal(errors(1_000, |line| format!("no field {line}")));
        assert_eq!((all.len(), all[0].message.as_str()), (MAX_ERRORS, "no field 1"));
        assert!(all.iter().all(|error| code_of(error) == Some("GRAPHQL_VALIDATION_FAILED")));
    }
}
