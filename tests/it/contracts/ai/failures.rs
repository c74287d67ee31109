//! What comes of answers that are none: errors of every kind, told from one another, asked once, shown without secrets.

use std::time::Duration;

use image_manager::ai::{AiError, Timeouts, VisionModel};
use image_manager::config::Ai;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::{FLAVORS, GOOD, config, connect, describe, describe_after, start};
use crate::support::ai::{Flavor, Reply, ScriptedAi};

#[tokio::test]
async fn a_wrong_key_is_told_from_other_errors_and_never_repeated() {
    for flavor in [Flavor::OpenAi, Flavor::Gemini] {
        let server = ScriptedAi::start(flavor).await.unwrap();
        let wrong = Ai { api_key: "sk-wrong".into(), ..config(flavor, server.base_url()) };
        let error = describe(&connect(&wrong)).await.unwrap_err();
        assert_eq!(error, AiError::RejectedKey, "{flavor:?}");
        assert!(!format!("{error} {error:?}").contains("sk-wrong"));
    }
    let unusable = Ai { api_key: "a\nb".into(), ..config(Flavor::OpenAi, "http://localhost".to_owned()) };
    assert!(matches!(VisionModel::new(&unusable), Err(AiError::Misconfigured(_))));
}

#[tokio::test]
async fn too_many_requests_tell_how_long_to_wait_and_are_not_repeated_here() {
    for flavor in FLAVORS {
        let (server, model) = start(flavor).await;
        server.then(Reply::rate_limited(7));
        let error = describe(&model).await.unwrap_err();
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)), "{flavor:?}");
        assert!(matches!(error, AiError::RateLimited { .. }) && error.retryable());
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn a_sick_provider_is_unavailable_and_not_asked_again_here() {
    for status in [408, 500, 502, 503, 504] {
        let (server, model) = start(Flavor::OpenAi).await;
        server.then(Reply::error(status, "internal: 10.0.0.7"));
        let error = describe(&model).await.unwrap_err();
        assert!(matches!(error, AiError::Unavailable(_)) && error.retryable(), "{status}");
        assert!(!error.to_string().contains("10.0.0.7"));
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn nobody_at_the_address_is_unavailable_and_the_address_is_not_told() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let model = connect(&config(Flavor::OpenAi, format!("http://{free}/v1")));
    let error = describe(&model).await.unwrap_err();
    assert_eq!(error.to_string(), "the provider of the vision model is unavailable: it cannot be reached");
    assert!(error.retryable());
    assert!(!format!("{error:?}").contains(&free.port().to_string()));
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let model = connect(&config(Flavor::Ollama, format!("http://{}", listener.local_addr().unwrap())));
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        socket.read_u8().await.unwrap();
        socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"choices\":").await.unwrap();
        socket.shutdown().await.unwrap();
        // The request is read to its end, or closing would reset the connection before the answer is read.
        tokio::io::copy(&mut socket, &mut tokio::io::sink()).await.unwrap();
    });
    assert!(matches!(describe(&model).await, Err(AiError::Unavailable(_))));
    server.abort();
}

#[tokio::test]
async fn an_answer_that_is_no_json_is_unavailable() {
    for body in [r#"{"choices":[{"mess"#, "<html>Log in to the Wi-Fi</html>", ""] {
        let reply = Reply::Raw { status: 200, headers: Vec::new(), body: body.into() };
        assert!(matches!(describe_after(Flavor::OpenAi, reply).await, Err(AiError::Unavailable(_))), "{body}");
    }
}

#[tokio::test]
async fn an_error_sent_as_a_success_is_an_error() {
    let body = json!({ "error": { "message": "slow down", "code": 429 } }).to_string().into_bytes();
    let reply = Reply::Raw { status: 200, headers: vec![("retry-after", "9".to_owned())], body };
    let expected = AiError::RateLimited { retry_after: Some(Duration::from_secs(9)) };
    assert_eq!(describe_after(Flavor::OpenAi, reply).await, Err(expected));
}

#[tokio::test]
async fn an_answer_is_read_up_to_a_mebibyte() {
    let padded = |size| {
        let mut body = json!({ "choices": [{ "message": { "content": GOOD } }] }).to_string().into_bytes();
        body.resize(size, b' ');
        Reply::Raw { status: 200, headers: Vec::new(), body }
    };
    assert!(describe_after(Flavor::Ollama, padded(1024 * 1024)).await.is_ok());
    let error = describe_after(Flavor::Ollama, padded(1024 * 1024 + 1)).await;
    assert_eq!(error, Err(AiError::InvalidAnswer("it is longer than 1 MiB".to_owned())));
}

#[tokio::test]
async fn a_refusal_is_final_whether_it_comes_as_text_as_reason_or_as_error() {
    let filtered = Reply::Choice(json!({ "message": { "content": GOOD }, "finish_reason": "content_filter" }));
    let (message, code) = ("No.".to_owned(), "content_policy_violation".to_owned());
    let rejected = Reply::Error { status: 400, message, code, retry_after: None };
    for reply in [Reply::refusal(), filtered, rejected] {
        let (server, model) = start(Flavor::OpenAi).await;
        server.then(reply);
        assert_eq!(describe(&model).await, Err(AiError::ContentRefused));
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn an_unknown_model_shows_what_the_provider_said() {
    let error = describe_after(Flavor::Ollama, Reply::error(404, "model 'scripted' not found")).await.unwrap_err();
    assert_eq!(error, AiError::Rejected("model 'scripted' not found".to_owned()));
    assert!(!error.retryable());
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (elsewhere, _) = start(Flavor::Ollama).await;
    let location = format!("{}/chat/completions", elsewhere.base_url());
    let reply = Reply::Raw { status: 307, headers: vec![("location", location)], body: Vec::new() };
    assert!(matches!(describe_after(Flavor::Ollama, reply).await, Err(AiError::Rejected(_))));
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn an_answer_that_never_comes_is_a_timeout() {
    let (server, model) = start(Flavor::Ollama).await;
    drop(model);
    server.hold();
    let timeouts = Timeouts { total: Duration::from_millis(100), ..Timeouts::default() };
    let model = VisionModel::with_timeouts(&config(Flavor::Ollama, server.base_url()), timeouts).unwrap();
    let error = describe(&model).await.unwrap_err();
    assert_eq!(error, AiError::Timeout);
    assert!(error.retryable());
}
