//! Pictures by signed URL: whoever has the URL may fetch, nobody else can guess it. Validators, ranges and headers of
//! RFC 9110; a picture is never run as a page, whatever is in it.

use std::ops::Range;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::error::{Fault, chain};
use crate::images::{Images, MakeError, Served};
use crate::storage::{self, Blob};

/// What makes a media URL hold.
#[derive(Deserialize)]
pub struct Signature {
    expires: i64,
    signature: String,
}

/// A URL stays the same for hours, and the bytes behind it never change.
const CACHE: &str = "private, max-age=43200, immutable";

/// Nothing in a picture runs, loads or is framed.
const SANDBOX: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

pub async fn serve(
    State(images): State<Arc<Images>>,
    path: Result<Path<(String, String)>, PathRejection>,
    query: Result<Query<Signature>, QueryRejection>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let verified = path.ok().zip(query.ok()).and_then(|(Path((image, name)), Query(query))| {
        images.media().verify(&image, &name, query.expires, &query.signature)
    });
    let Some((id, variant)) = verified else {
        return gone();
    };
    let served = match images.servable(id, variant).await {
        Ok(Some(served)) => served,
        Ok(None) => return gone(),
        Err(fault) => return failed(&fault),
    };
    let mut response = match answer(&images, &served, &method, &headers).await {
        Ok(Some(response)) => response,
        Ok(None) => return gone(),
        Err(MakeError::Unreadable) => return unreadable(),
        Err(MakeError::Fault(fault)) => return failed(&fault),
    };
    match response.status() {
        // There, the bucket describes it; and after the deletion nobody is to be sent there any more. Of what is beyond the
        // end there is nothing to be described.
        StatusCode::TEMPORARY_REDIRECT | StatusCode::RANGE_NOT_SATISFIABLE => {
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        _ => describe(&served, response.headers_mut()),
    }
    response
}

/// None: the picture is gone since it was looked up.
async fn answer(
    images: &Images,
    served: &Served,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Option<Response>, MakeError> {
    if is_known(headers, &served.etag()) {
        return Ok(Some(StatusCode::NOT_MODIFIED.into_response()));
    }
    if method == Method::HEAD {
        let len = images.len(served).await?;
        return Ok(len.map(|len| ([(header::CONTENT_LENGTH, len.to_string())], Body::empty()).into_response()));
    }
    let disposition = served.save_as().map_or_else(|| "inline".to_owned(), attachment);
    if let Some(url) = images.redirect(served, &disposition, CACHE).await? {
        return Ok(Some(Redirect::temporary(&url).into_response()));
    }
    // A range holds only for the bytes that the client has the rest of.
    let range = match headers.get(header::IF_RANGE) {
        Some(validator) if validator.as_bytes() != served.etag().as_bytes() => None,
        _ => headers.get(header::RANGE).and_then(|range| range.to_str().ok()),
    };
    let Some(range) = range else {
        return whole(images, served).await;
    };
    let Some(len) = (if served.is_original() { Some(served.original_len()) } else { images.len(served).await? }) else {
        return Ok(None);
    };
    match parse_range(range, len) {
        Asked::Whole => whole(images, served).await,
        Asked::Nothing => {
            let content_range = format!("bytes */{len}");
            Ok(Some((StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, content_range)]).into_response()))
        }
        Asked::Part(part) => {
            let Some(blob) = images.open(served, Some(part.clone())).await? else {
                return Ok(None);
            };
            let content_range = format!("bytes {}-{}/{len}", part.start, part.end - 1);
            let length = (part.end - part.start).to_string();
            let headers = [(header::CONTENT_RANGE, content_range), (header::CONTENT_LENGTH, length)];
            Ok(Some((StatusCode::PARTIAL_CONTENT, headers, body(blob)).into_response()))
        }
    }
}

async fn whole(images: &Images, served: &Served) -> Result<Option<Response>, MakeError> {
    let blob = images.open(served, None).await?;
    Ok(blob.map(|blob| {
        let length = [(header::CONTENT_LENGTH, blob.len.to_string())];
        (length, body(blob)).into_response()
    }))
}

fn body(blob: Blob) -> Body {
    match blob.body {
        storage::Body::Bytes(bytes) => Body::from(bytes),
        storage::Body::Stream(stream) => Body::from_stream(stream),
    }
}

fn describe(served: &Served, headers: &mut HeaderMap) {
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, served.content_type());
    set(header::ETAG, &served.etag());
    set(header::CACHE_CONTROL, CACHE);
    set(header::ACCEPT_RANGES, "bytes");
    set(header::CONTENT_SECURITY_POLICY, SANDBOX);
    if let Some(name) = served.save_as() {
        set(header::CONTENT_DISPOSITION, &attachment(name));
    }
}

/// `Content-Disposition` for any name: a plain fallback, and the real one in UTF-8 (RFC 6266, RFC 8187).
fn attachment(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || ".-_ ".contains(c) { c } else { '_' }).collect();
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'.' | b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag)
}

#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Part(Range<u64>),
    /// Beyond the end: 416.
    Nothing,
    /// Several parts, or nonsense: the whole, as RFC 9110 allows.
    Whole,
}

fn parse_range(range: &str, len: u64) -> Asked {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|spec| spec.trim().split_once('-')) else {
        return Asked::Whole;
    };
    let part = match (position(first), position(last)) {
        (Some(first), Some(last)) if first > last => return Asked::Whole,
        (Some(first), Some(last)) => first..last.saturating_add(1).min(len),
        (Some(first), None) if last.is_empty() => first..len,
        (None, Some(suffix)) if first.is_empty() => len.saturating_sub(suffix)..len,
        _ => return Asked::Whole,
    };
    if part.is_empty() { Asked::Nothing } else { Asked::Part(part) }
}

/// Digits, and nothing else. What is beyond any number is beyond the end as well.
fn position(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

/// The same for a forged URL, an expired one, and one of an image that is gone.
fn gone() -> Response {
    (StatusCode::NOT_FOUND, [(header::CACHE_CONTROL, "no-store")], "There is no such picture.\n").into_response()
}

/// It is told in the log where it is found out, and not each time that somebody asks.
fn unreadable() -> Response {
    let text =
        "The original of this picture is damaged or lost. The operator can look for it with `image-manager check`.\n";
    (StatusCode::INTERNAL_SERVER_ERROR, [(header::CACHE_CONTROL, "no-store")], text).into_response()
}

fn failed(fault: &Fault) -> Response {
    let (status, text) = match fault {
        Fault::Unavailable(cause) => {
            tracing::warn!(cause = %chain(cause.as_ref()), "a picture is unavailable");
            (StatusCode::SERVICE_UNAVAILABLE, "The picture cannot be reached at the moment. Try again later.\n")
        }
        Fault::Internal(cause) => {
            tracing::error!(cause = %chain(cause.as_ref()), "a picture cannot be served");
            (StatusCode::INTERNAL_SERVER_ERROR, "The picture cannot be shown.\n")
        }
    };
    (status, [(header::CACHE_CONTROL, "no-store")], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_one_part_within_the_bytes_or_the_whole() {
        assert_eq!(parse_range("bytes=0-9", 100), Asked::Part(0..10));
        assert_eq!(parse_range("bytes=90-", 100), Asked::Part(90..100));
        assert_eq!(parse_range("bytes=90-1000", 100), Asked::Part(90..100));
        assert_eq!(parse_range("bytes=-10", 100), Asked::Part(90..100));
        assert_eq!(parse_range("bytes=-1000", 100), Asked::Part(0..100));
        assert_eq!(parse_range("bytes=100-", 100), Asked::Nothing);
        assert_eq!(parse_range("bytes=-0", 100), Asked::Nothing);
        assert_eq!(parse_range("bytes=99999999999999999999-", 100), Asked::Nothing);
        assert_eq!(parse_range("bytes=10-99999999999999999999", 100), Asked::Part(10..100));
        for nonsense in
            ["", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=9-0", "bytes=0-1,5-6", "bytes=+1-+4", "lines=0-9"]
        {
            assert_eq!(parse_range(nonsense, 100), Asked::Whole, "{nonsense}");
        }
    }

    #[test]
    fn any_file_name_makes_a_safe_header() {
        let header = attachment("a\"b\r\nü 💥/..jpg");
        assert!(HeaderValue::from_str(&header).is_ok(), "{header}");
        assert!(header.contains("filename=\"a_b___"), "{header}");
        assert!(header.contains("filename*=UTF-8''a%22b%0D%0A%C3%BC%20%F0%9F%92%A5%2F..jpg"), "{header}");
    }

    #[test]
    fn a_validator_is_known_in_a_list_weak_or_by_star() {
        let headers =
            |value: &'static str| HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(value))]);
        assert!(is_known(&headers("\"x\", W/\"abc\""), "\"abc\""));
        assert!(is_known(&headers("*"), "\"abc\""));
        assert!(!is_known(&headers("\"abcd\""), "\"abc\""));
    }
}
