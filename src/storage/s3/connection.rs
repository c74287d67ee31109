//! How the client reaches its server, and how long it waits for it.

use std::time::Duration;

use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{Builder, SharedHttpClient};
use aws_smithy_http_client::tls;

/// How long one request may take. Somebody waits for an answer: give up within seconds rather than minutes.
#[derive(Clone, Copy)]
pub(super) struct Times {
    pub connect: Duration,
    pub attempt: Duration,
    /// With all its attempts and the pauses between them.
    pub operation: Duration,
    /// The longest pause after the first attempt.
    pub pause: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            attempt: Duration::from_secs(30),
            operation: Duration::from_secs(90),
            pause: Duration::from_millis(200),
        }
    }
}

impl Times {
    /// No read timeout: the client counts it over the sending of a request, too, and keeps a pool of connections for
    /// each value there is. Bodies that stall are ended by the SDK's stalled-stream protection after 20 s.
    pub fn config(self) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(self.connect)
            .operation_attempt_timeout(self.attempt)
            .operation_timeout(self.operation)
            .build()
    }

    /// For a request that moves `len` bytes, `slowest` a second at the least.
    pub fn moving(self, len: u64, slowest: u64) -> Builder {
        let moving = Duration::from_secs(len / slowest);
        let longer = Self { attempt: self.attempt + moving, operation: self.operation + 2 * moving, ..self };
        Builder::new().timeout_config(longer.config())
    }
}

pub(super) fn http_client(endpoint: Option<&str>) -> SharedHttpClient {
    let builder = aws_smithy_http_client::Builder::new();
    if endpoint.is_some_and(|endpoint| endpoint.starts_with("http://")) {
        // Without TLS, so that a machine without root certificates can talk to the `MinIO` beside it.
        return builder.build_http();
    }
    builder.tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring)).build_https()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_has_the_time_that_a_slow_line_takes() {
        let config = Times::default().moving(1000, 10).build();
        let times = config.timeout_config().unwrap();
        assert_eq!(times.operation_attempt_timeout().unwrap(), Duration::from_secs(130));
        assert_eq!(times.operation_timeout().unwrap(), Duration::from_secs(290));
    }
}
