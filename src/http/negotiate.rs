//! Media types: which one the client accepts in the answer, and what it says of the body it sends.
//! RFC 9110 section 12.5.1, and the rules of GraphQL over HTTP.

use axum::http::{HeaderMap, header};

use super::problem::{Code, Kind, Problem};

/// The forms of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// `application/graphql-response+json`: the status says whether the request was executed.
    GraphqlResponse,
    /// `application/json`, for clients that know no better: a wrong document is answered with 200.
    Json,
    /// `text/event-stream`: one event a result. What is refused before is a `GraphqlResponse`.
    EventStream,
}

impl Media {
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
            Self::EventStream => "text/event-stream; charset=utf-8",
        }
    }

    /// The ranges that mean it, the most specific first.
    const fn ranges(self) -> [&'static str; 3] {
        match self {
            Self::GraphqlResponse => ["application/graphql-response+json", "application/*", "*/*"],
            Self::Json => ["application/json", "application/*", "*/*"],
            Self::EventStream => ["text/event-stream", "text/*", "*/*"],
        }
    }
}

/// One entry of an `Accept` header.
struct Range {
    name: String,
    /// 0 to 1000.
    quality: u16,
    /// Place in the header, the first is 0.
    place: usize,
}

/// The form that the client likes best. No `Accept` and `*/*` mean `application/json`. Among equals the first wins.
///
/// # Errors
/// 406 where it accepts none.
pub fn accepted(headers: &HeaderMap) -> Result<Media, Problem> {
    let ranges: Vec<Range> = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter(|entry| !entry.trim().is_empty())
        .enumerate()
        .filter_map(|(place, entry)| parse_range(entry, place))
        .collect();
    if ranges.is_empty() && !headers.contains_key(header::ACCEPT) {
        return Ok(Media::Json);
    }
    // Of several that it likes as much, the last one here.
    [Media::EventStream, Media::GraphqlResponse, Media::Json]
        .into_iter()
        .filter_map(|media| Some((preference(&ranges, media)?, media)))
        .max_by_key(|(preference, _)| *preference)
        .map(|(_, media)| media)
        .ok_or_else(|| {
            Problem::new(
                Kind::NotAcceptable,
                Code::BadRequest,
                "The answer is application/graphql-response+json, application/json or text/event-stream; `Accept` \
                 allows none of them.",
            )
        })
}

/// Higher is better: quality first, then how early it stands. The most specific range decides about a type.
fn preference(ranges: &[Range], media: Media) -> Option<(u16, std::cmp::Reverse<usize>)> {
    media
        .ranges()
        .iter()
        .find_map(|name| ranges.iter().find(|range| range.name == *name))
        .filter(|range| range.quality > 0)
        .map(|range| (range.quality, std::cmp::Reverse(range.place)))
}

/// `None` for an entry that is not well-formed, or whose parameters ask for what we do not send.
fn parse_range(entry: &str, place: usize) -> Option<Range> {
    let mut parts = entry.split(';').map(str::trim);
    let name = parts.next()?.to_ascii_lowercase();
    let mut quality = 1000;
    for parameter in parts {
        let (key, value) = parameter.split_once('=')?;
        match key.trim().to_ascii_lowercase().as_str() {
            "q" => quality = parse_quality(value.trim())?,
            "charset" if !is_utf8(value) => return None,
            _ => {}
        }
    }
    Some(Range { name, quality, place })
}

/// `0.85` as 850.
fn parse_quality(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let thousandths: u16 = format!("{fraction:0<3}").parse().ok()?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(1000),
        _ => None,
    }
}

/// What a POST brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    Json,
    Multipart,
}

/// Only JSON in UTF-8, and forms with files. Everything that a browser sends across origins without asking first
/// (`text/plain`, `application/x-www-form-urlencoded`) is refused with that.
///
/// # Errors
/// 415
pub fn content(headers: &HeaderMap) -> Result<Content, Problem> {
    let unsupported = |message: &str| Problem::new(Kind::UnsupportedMediaType, Code::BadRequest, message);
    if headers.get(header::CONTENT_ENCODING).is_some_and(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(unsupported("`Content-Encoding` is not supported: send the body as it is."));
    }
    let declared = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = declared.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    if name.eq_ignore_ascii_case("multipart/form-data") {
        return Ok(Content::Multipart);
    }
    if !name.eq_ignore_ascii_case("application/json") {
        return Err(unsupported("`Content-Type` must be application/json, or multipart/form-data for files."));
    }
    let foreign = parts
        .filter_map(|parameter| parameter.split_once('='))
        .any(|(key, value)| key.trim().eq_ignore_ascii_case("charset") && !is_utf8(value));
    if foreign { Err(unsupported("The body must be UTF-8.")) } else { Ok(Content::Json) }
}

fn is_utf8(charset: &str) -> bool {
    let charset = charset.trim().trim_matches('"');
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(name: header::HeaderName, value: Option<&str>) -> HeaderMap {
        value.map(|value| (name, HeaderValue::from_str(value).unwrap())).into_iter().collect()
    }

    #[test]
    fn the_answer_takes_the_form_that_the_client_likes_best() {
        use Media::{EventStream as E, GraphqlResponse as G, Json as J};
        let table = [
            (None, Some(J)),
            (Some("*/*"), Some(J)),
            (Some("application/*"), Some(J)),
            (Some("application/json"), Some(J)),
            (Some("application/json; charset=utf-8"), Some(J)),
            (Some("application/graphql-response+json"), Some(G)),
            (Some("APPLICATION/GraphQL-Response+JSON; charset=\"UTF-8\""), Some(G)),
            (Some("application/graphql-response+json, application/json;q=0.9"), Some(G)),
            (Some("application/graphql-response+json, application/json"), Some(G)),
            (Some("application/json, application/graphql-response+json"), Some(J)),
            (Some("application/json;q=0.5, application/graphql-response+json;q=0.75"), Some(G)),
            (Some("application/graphql-response+json;q=0.5, */*"), Some(J)),
            (Some("application/json;q=0, */*"), Some(G)),
            (Some("text/html, application/xhtml+xml, */*;q=0.8"), Some(J)),
            (Some("text/html"), None),
            (Some("text/event-stream"), Some(E)),
            (Some("TEXT/Event-Stream; charset=utf-8"), Some(E)),
            (Some("text/event-stream, application/json"), Some(E)),
            (Some("application/json, text/event-stream"), Some(J)),
            (Some("application/graphql-response+json, text/event-stream"), Some(G)),
            (Some("application/json;q=0.9, text/event-stream"), Some(E)),
            (Some("text/event-stream, multipart/mixed"), Some(E)),
            (Some("text/event-stream;q=0.5, */*;q=0.1"), Some(E)),
            (Some("text/event-stream;q=0, text/*"), None),
            (Some("application/json;q=0"), None),
            (Some("application/json; charset=utf-16"), None),
            (Some("application/json;q=7"), None),
            (Some("nonsense"), None),
        ];
        for (accept, expected) in table {
            assert_eq!(accepted(&headers(header::ACCEPT, accept)).ok(), expected, "{accept:?}");
        }
    }

    #[test]
    fn a_body_is_json_in_utf_8_or_a_form_and_nothing_else() {
        let table = [
            (Some("application/json"), Some(Content::Json)),
            (Some("Application/JSON; Charset=UTF-8"), Some(Content::Json)),
            (Some("application/json; charset=\"utf-8\""), Some(Content::Json)),
            (Some("multipart/form-data; boundary=x"), Some(Content::Multipart)),
            (Some("application/json; charset=utf-16"), None),
            (Some("application/graphql"), None),
            (Some("application/jsonp"), None),
            (Some("text/plain"), None),
            (Some("application/x-www-form-urlencoded"), None),
            (None, None),
        ];
        for (declared, expected) in table {
            assert_eq!(content(&headers(header::CONTENT_TYPE, declared)).ok(), expected, "{declared:?}");
        }
        let mut packed = headers(header::CONTENT_TYPE, Some("application/json"));
        packed.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        assert_eq!(content(&packed).unwrap_err().kind, Kind::UnsupportedMediaType);
    }
}
