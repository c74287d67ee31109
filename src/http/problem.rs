//! What the door refuses by itself: one code and one kind each. The kind decides the HTTP status.

use async_graphql::{Pos, ServerError};

/// `extensions.code` of a top-level error that the door can give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    BadRequest,
    ParseFailed,
    ValidationFailed,
    TooComplex,
    RateLimited,
    Unauthenticated,
    Internal,
    Unavailable,
}

impl Code {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "BAD_REQUEST",
            Self::ParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::ValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::TooComplex => "QUERY_TOO_COMPLEX",
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
        error.extensions.get_or_insert_default().set("code", problem.code.as_str());
        error
    }
}
