//! Validation without execution. async-graphql validates only while it executes, so a second instance of the schema
//! has an extension that stops after the validation; the instance that executes skips its rules (`ValidationMode::Fast`).

use std::sync::Arc;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Executor, Request, Response};

use crate::http::problem::{Code, Refusal};

/// For the schema of [`crate::http::House::validator`].
#[derive(Clone, Copy, Debug)]
pub struct ValidateOnly;

impl ExtensionFactory for ValidateOnly {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait::async_trait]
impl Extension for ValidateOnly {
    async fn execute(&self, _: &ExtensionContext<'_>, _: Option<&str>, _: NextExecute<'_>) -> Response {
        Response::default()
    }
}

/// Holds a whole document against the schema. Values of variables come later, with each request.
///
/// # Errors
/// `GRAPHQL_VALIDATION_FAILED`, an error for each thing that is wrong; `QUERY_TOO_COMPLEX` from the limits of the library.
pub async fn validate<S: Executor>(
    validator: &S,
    document: ExecutableDocument,
    operation: Option<&str>,
) -> Result<(), Refusal> {
    let mut request = Request::new(String::new());
    request.operation_name = operation.map(str::to_owned);
    request.set_parsed_query(document);
    match validator.execute(request).await.errors {
        errors if errors.is_empty() => Ok(()),
        errors => Err(Refusal::of(errors, Code::ValidationFailed)),
    }
}
