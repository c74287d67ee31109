//! The scalar of files. Its value in a request is a placeholder that only the door can make.

use std::sync::Arc;

use async_graphql::{Context, InputValueError, InputValueResult, Result, Scalar, ScalarType, Value};

use super::bad_request;
use crate::spool::{PLACEHOLDER_PREFIX, Spooled, Uploads};

/// A file sent with the [GraphQL multipart request specification](https://github.com/jaydenseric/graphql-multipart-request-spec).
pub struct Upload(String);

/// A file sent with the [GraphQL multipart request specification](https://github.com/jaydenseric/graphql-multipart-request-spec).
#[Scalar(name = "Upload", specified_by_url = "https://github.com/jaydenseric/graphql-multipart-request-spec")]
impl ScalarType for Upload {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) if text.starts_with(PLACEHOLDER_PREFIX) => Ok(Self(text)),
            _ => Err(InputValueError::custom("an Upload is a file of a multipart request")),
        }
    }

    fn to_value(&self) -> Value {
        Value::Null
    }
}

impl Upload {
    /// The file that came with this request.
    pub fn file(&self, ctx: &Context<'_>) -> Result<Arc<Spooled>> {
        let uploads = ctx.data_opt::<Uploads>();
        let file = uploads.and_then(|uploads| uploads.get(&self.0)).cloned();
        file.ok_or_else(|| bad_request("The file is missing: send it as the multipart request specification says."))
    }
}
