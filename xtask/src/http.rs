//! As much of an HTTP client as the steps need.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

const ANSWER_LIMIT: Duration = Duration::from_secs(10);

/// Whether `path` answers 200.
pub fn is_ok(address: SocketAddr, path: &str) -> bool {
    exchange(address, &format!("GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n"))
        .is_ok_and(|answer| answer.split(' ').nth(1) == Some("200"))
}

/// The body of the answer to `json`, whatever its status. `headers`: lines, each with its end.
pub fn post(address: SocketAddr, path: &str, headers: &str, json: &str) -> io::Result<String> {
    let length = json.len();
    let head = format!("POST {path} HTTP/1.0\r\nHost: {address}\r\n{headers}Content-Type: application/json\r\n");
    let answer = exchange(address, &format!("{head}Content-Length: {length}\r\n\r\n{json}"))?;
    Ok(answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
}

/// HTTP/1.0: the server closes the connection at the end of its answer.
fn exchange(address: SocketAddr, request: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(ANSWER_LIMIT))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// A server for one request, and what it was sent.
    fn serve(answer: &'static str) -> (SocketAddr, thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let served = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = vec![0; 1000];
            let length = stream.read(&mut request).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8_lossy(&request[..length]).into_owned()
        });
        (address, served)
    }

    #[test]
    fn only_200_is_ok() {
        assert!(is_ok(serve("HTTP/1.1 200 OK\r\n\r\n").0, "/readyz"));
        assert!(!is_ok(serve("HTTP/1.1 503 Service Unavailable\r\n\r\n200").0, "/readyz"));
        assert!(!is_ok(serve("").0, "/readyz"));
    }

    #[test]
    fn a_post_sends_its_headers_and_brings_the_body() {
        let (address, served) = serve("HTTP/1.0 400 Bad Request\r\nA: b\r\n\r\n{\"errors\":[]}");
        assert_eq!(post(address, "/graphql", "X: y\r\n", "{}").unwrap(), r#"{"errors":[]}"#);
        let request = served.join().unwrap();
        assert!(request.starts_with("POST /graphql HTTP/1.0\r\n") && request.contains("\r\nX: y\r\n"), "{request}");
        assert!(request.ends_with("Content-Length: 2\r\n\r\n{}"), "{request}");
    }
}
