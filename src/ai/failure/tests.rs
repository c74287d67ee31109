//! Refusals as providers really word them.

use serde_json::json;

use super::*;

fn failure(status: u16, body: &Value) -> Failure {
    let status = StatusCode::from_u16(status).unwrap();
    classify(status, &HeaderMap::new(), body.to_string().as_bytes(), &SecretString::from("sk-secret"))
}

fn headers(pairs: &[(reqwest::header::HeaderName, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
}

#[test]
fn a_wrong_key_is_told_from_other_bad_requests_in_every_dialect() {
    let gemini = json!([{ "error": { "code": 400, "message": "API key not valid. Please pass a valid API key.",
        "status": "INVALID_ARGUMENT", "details": [{ "reason": "API_KEY_INVALID" }] } }]);
    let openai = json!({ "error": { "message": "Incorrect API key provided", "code": "invalid_api_key" } });
    for (status, body) in [(400, gemini), (401, openai), (403, json!({ "error": "Forbidden" })), (401, json!(null))] {
        assert_eq!(failure(status, &body), AiError::RejectedKey.into());
    }
}

#[test]
fn too_fast_can_be_retried_and_no_credit_cannot() {
    let too_fast = json!({ "error": { "message": "Rate limit reached", "code": "rate_limit_exceeded" } });
    assert_eq!(failure(429, &too_fast), AiError::RateLimited { retry_after: None }.into());
    let no_credit = json!({ "error": { "message": "You exceeded your current quota", "code": "insufficient_quota" } });
    assert_eq!(failure(429, &no_credit), AiError::QuotaExhausted.into());
    assert_eq!(failure(402, &json!({})), AiError::QuotaExhausted.into());
}

#[test]
fn the_wait_is_read_as_seconds_as_a_date_and_from_geminis_details() {
    assert_eq!(wait(&headers(&[(RETRY_AFTER, "17")])), Some(Duration::from_secs(17)));
    assert_eq!(wait(&headers(&[(RETRY_AFTER, "0.5")])), Some(Duration::from_millis(500)));
    let now = (DATE, "Wed, 21 Oct 2015 07:28:00 GMT");
    let dated = |date| wait(&headers(&[(RETRY_AFTER, date), now.clone()]));
    assert_eq!(dated("Wed, 21 Oct 2015 07:29:30 GMT"), Some(Duration::from_secs(90)));
    assert_eq!(dated("Wed, 21 Oct 2015 07:00:00 GMT"), Some(Duration::ZERO));
    let gemini = json!([{ "error": { "message": "Quota exceeded", "status": "RESOURCE_EXHAUSTED", "details": [
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "29s" }] } }]);
    assert_eq!(failure(429, &gemini), AiError::RateLimited { retry_after: Some(Duration::from_secs(29)) }.into());
}

#[test]
fn an_absurd_wait_is_cut_to_a_day_and_nonsense_is_none() {
    for absurd in ["99999999999999999999", "inf", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        assert_eq!(wait(&headers(&[(RETRY_AFTER, absurd)])), Some(MAX_WAIT), "{absurd}");
    }
    for nonsense in ["", "soon", "-1", "NaN"] {
        assert_eq!(wait(&headers(&[(RETRY_AFTER, nonsense)])), None, "{nonsense}");
    }
}

#[test]
fn an_outage_keeps_the_wait_and_shows_no_body() {
    let page = "<html>nginx 10.0.0.7</html>";
    let failure = classify(
        StatusCode::SERVICE_UNAVAILABLE,
        &headers(&[(RETRY_AFTER, "3")]),
        page.as_bytes(),
        &SecretString::default(),
    );
    let Failure::Final(error) = failure else { panic!("{failure:?}") };
    assert!(error.retryable());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
    assert_eq!(error.to_string(), "the provider of the vision model is unavailable: it answered with HTTP status 503");
}

#[test]
fn an_unknown_part_of_the_request_is_recognized_in_every_dialect() {
    let format = [
        json!({ "error": "'response_format.type' must be 'json_schema' or 'text'" }),
        json!([{ "error": { "message": "Unknown name \"x\" at 'generation_config.response_schema': Cannot find field." } }]),
        json!({ "object": "error", "message": "Structured output is not supported by this model" }),
    ];
    for body in format {
        assert!(matches!(failure(400, &body), Failure::Unsupported { part: Part::Format, .. }), "{body}");
    }
    let limit = json!({ "error": { "message": "Unsupported parameter: 'max_tokens' is not supported with this model. \
        Use 'max_completion_tokens' instead.", "code": "unsupported_parameter" } });
    assert!(matches!(failure(400, &limit), Failure::Unsupported { part: Part::Limit, .. }));
}

#[test]
fn a_refused_picture_is_no_bad_request() {
    for code in ["content_policy_violation", "content_filter", "moderation_blocked"] {
        let body = json!({ "error": { "message": "No.", "code": code } });
        assert_eq!(failure(400, &body), AiError::ContentRefused.into());
    }
}

#[test]
fn an_error_sent_as_a_success_is_found() {
    let hidden = |body| hidden_status(&body).map(|status| status.as_u16());
    assert_eq!(hidden(json!({ "error": { "message": "slow down", "code": 429 } })), Some(429));
    assert_eq!(hidden(json!([{ "error": { "message": "?" } }])), Some(502));
    assert_eq!(hidden(json!({ "error": null, "choices": [] })), None);
    assert_eq!(hidden(json!({ "error": { "code": 429 }, "choices": [] })), None, "there is an answer all the same");
    assert_eq!(hidden(json!({ "choices": [] })), None);
}

#[test]
fn an_excerpt_is_one_short_line_without_key_and_picture() {
    let picture = "A".repeat(5000);
    let said = format!("Bad\u{0}\n key\t'sk-secret' for data:image/jpeg;base64,{picture} in model m");
    assert_eq!(
        failure(404, &json!({ "error": said })),
        AiError::Rejected("Bad key … for … in model m".to_owned()).into()
    );
    let long = excerpt(&"word ".repeat(1000), "");
    assert!(long.chars().count() <= MAX_EXCERPT + 2 && long.ends_with(" …"), "{long}");
}

#[test]
fn a_refusal_survives_the_way_through_the_crate() {
    let failure = || Failure::Unsupported { part: Part::Limit, message: "no".to_owned() };
    assert_eq!(Failure::from(OpenAIError::from(failure())), failure());
}
