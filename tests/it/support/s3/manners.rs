//! What the servers in the world do and `s3s-fs` does not, so that the contract is tested against it.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// A GET with If-Match gives those bytes or none. (A copy's condition is kept by `s3s-fs` itself.)
pub async fn if_match(request: Request, next: Next) -> Response {
    let wanted = request.headers().get(header::IF_MATCH).cloned();
    let read = request.method() == Method::GET;
    let answer = next.run(request).await;
    if read && answer.status().is_success() && wanted.is_some() && wanted.as_ref() != answer.headers().get(header::ETAG)
    {
        return error(StatusCode::PRECONDITION_FAILED, "PreconditionFailed");
    }
    answer
}

/// A PUT whose bytes have another SHA-256 than announced leaves what was there; `s3s-fs` replaces it before it looks.
pub async fn checksum(request: Request, next: Next) -> Response {
    let announced = request.headers().get("x-amz-checksum-sha256").filter(|_| request.method() == Method::PUT).cloned();
    let Some(announced) = announced else { return next.run(request).await };
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return error(StatusCode::BAD_REQUEST, "IncompleteBody");
    };
    if announced.as_bytes() != STANDARD.encode(Sha256::digest(&body)).as_bytes() {
        return error(StatusCode::BAD_REQUEST, "BadDigest");
    }
    next.run(Request::from_parts(head, Body::from(body))).await
}

/// Reads the request to its end and answers as a busy server does.
pub async fn fail(request: Request, status: StatusCode) -> Response {
    drop(to_bytes(request.into_body(), usize::MAX).await);
    error(status, if status == StatusCode::SERVICE_UNAVAILABLE { "SlowDown" } else { "InternalError" })
}

fn error(status: StatusCode, code: &str) -> Response {
    let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code></Error>");
    (status, [(header::CONTENT_TYPE, "application/xml")], body).into_response()
}
