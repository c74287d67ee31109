//! The only place where bytes go out to a provider and come in: one attempt, bounded in time and size. It sits below
//! async-openai as its HTTP service, because the crate by itself retries (the job queue does that), reads bodies of
//! any length, and logs whole bodies that it cannot read. What passes here is JSON, so the crate always can.

use std::pin::Pin;
use std::task::{Context, Poll};

use async_openai::Client;
use async_openai::config::Config;
use async_openai::middleware::HttpRequestFactory;
use bytes::{Bytes, BytesMut};
use reqwest::Response;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tower::Service;

use super::failure::{self, Failure};
use super::{AiError, Timeouts};
use crate::config;

/// Most bytes read of an answer; a good one has a few thousand.
const MAX_BODY: usize = 1024 * 1024;

pub(super) fn client(config: &config::Ai, timeouts: Timeouts) -> Result<Client<Endpoint>, AiError> {
    // A redirect would carry the picture, and the key, to an address that nobody configured.
    let http = reqwest::Client::builder()
        .user_agent(concat!("image-manager/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(timeouts.connect)
        .timeout(timeouts.total)
        .redirect(Policy::none())
        .build()
        .map_err(|_| AiError::Misconfigured("the HTTP client cannot be made"))?;
    let endpoint = Endpoint::new(config)?;
    let transport = Transport { http: http.clone(), key: config.api_key.clone() };
    Ok(Client::build(http, endpoint).with_http_service(transport))
}

/// Address and key. The crate's own configuration reads the environment, and panics at a key with a line break.
#[derive(Clone)]
pub(super) struct Endpoint {
    base_url: String,
    key: SecretString,
    headers: HeaderMap,
}

impl Endpoint {
    fn new(config: &config::Ai) -> Result<Self, AiError> {
        let mut headers = HeaderMap::new();
        let key = config.api_key.expose_secret();
        if !key.is_empty() {
            let mut value = HeaderValue::try_from(format!("Bearer {key}"))
                .map_err(|_| AiError::Misconfigured("the API key holds characters that no key has"))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        Ok(Self { base_url: config.base_url.clone(), key: config.api_key.clone(), headers })
    }
}

impl Config for Endpoint {
    fn headers(&self) -> HeaderMap {
        self.headers.clone()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    fn query(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn api_base(&self) -> &str {
        &self.base_url
    }

    fn api_key(&self) -> &SecretString {
        &self.key
    }
}

#[derive(Clone)]
struct Transport {
    http: reqwest::Client,
    key: SecretString,
}

impl Service<HttpRequestFactory> for Transport {
    type Response = Response;
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Failure>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequestFactory) -> Self::Future {
        let transport = self.clone();
        Box::pin(async move { transport.exchange(request).await })
    }
}

impl Transport {
    /// Answers with JSON of a model's answer; everything else is a [`Failure`].
    async fn exchange(&self, request: HttpRequestFactory) -> Result<Response, Failure> {
        let request = request.build().await.map_err(Failure::from)?;
        let response = self.http.execute(request).await.map_err(|error| lost(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = read(response).await;
        if !status.is_success() {
            // What a failure says is helpful, not needed.
            return Err(failure::classify(status, &headers, &body.unwrap_or_default(), &self.key));
        }
        let body = body?;
        let Ok(answer) = serde_json::from_slice::<Value>(&body) else {
            return Err(AiError::unavailable("its answer is not JSON").into());
        };
        if let Some(status) = failure::hidden_status(&answer) {
            return Err(failure::classify(status, &headers, &body, &self.key));
        }
        Ok(http::Response::new(body).into())
    }
}

/// The body, in full or not at all.
async fn read(mut response: Response) -> Result<Bytes, Failure> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| lost(&error))? {
        if body.len() + chunk.len() > MAX_BODY {
            return Err(AiError::InvalidAnswer("it is longer than 1 MiB".to_owned()).into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// The error's own words are not shown: they name the address.
fn lost(error: &reqwest::Error) -> Failure {
    let error = if error.is_connect() {
        AiError::unavailable("it cannot be reached")
    } else if error.is_timeout() {
        AiError::Timeout
    } else {
        AiError::unavailable("the connection broke off")
    };
    error.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(key: &str) -> Result<Endpoint, AiError> {
        let base_url = "http://localhost/v1".to_owned();
        let provider = config::Provider::Compatible;
        Endpoint::new(&config::Ai { provider, base_url, api_key: key.into(), model: String::new() })
    }

    #[test]
    fn the_key_is_sent_but_never_printed() {
        let headers = endpoint("sk-secret").unwrap().headers();
        assert_eq!(headers.get(AUTHORIZATION).unwrap(), "Bearer sk-secret");
        assert!(!format!("{headers:?}").contains("sk-secret"));
    }

    #[test]
    fn a_key_that_cannot_be_sent_is_refused_at_the_start() {
        assert!(matches!(endpoint("sk\nsecret"), Err(AiError::Misconfigured(_))));
        assert!(endpoint("").unwrap().headers().is_empty());
    }
}
