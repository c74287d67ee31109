//! As much of an HTTP client as the steps need.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

const ANSWER_LIMIT: Duration = Duration::from_secs(10);

/// What came back.
pub struct Answer {
    pub status: u16,
    /// Empty without one.
    pub content_type: String,
    pub body: Vec<u8>,
}

/// Whether `path` answers 200.
pub fn is_ok(address: SocketAddr, path: &str) -> bool {
    get(address, path).is_ok_and(|answer| answer.status == 200)
}

pub fn get(address: SocketAddr, path: &str) -> io::Result<Answer> {
    exchange(address, &format!("GET {path}"), "", &[])
}

/// The body of the answer to `json`, whatever its status. `headers`: lines, each with its end.
pub fn post(address: SocketAddr, path: &str, headers: &str, json: &str) -> io::Result<String> {
    let answer = post_bytes(address, path, &format!("{headers}Content-Type: application/json\r\n"), json.as_bytes())?;
    Ok(String::from_utf8_lossy(&answer.body).into_owned())
}

/// The answer to a body of any type, which `headers` says.
pub fn post_bytes(address: SocketAddr, path: &str, headers: &str, body: &[u8]) -> io::Result<Answer> {
    let headers = format!("{headers}Content-Length: {}\r\n", body.len());
    exchange(address, &format!("POST {path}"), &headers, body)
}

/// HTTP/1.0: the server closes the connection at the end of its answer.
fn exchange(address: SocketAddr, asked: &str, headers: &str, body: &[u8]) -> io::Result<Answer> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(ANSWER_LIMIT))?;
    stream.set_write_timeout(Some(ANSWER_LIMIT))?;
    let head = format!("{asked} HTTP/1.0\r\nHost: {address}\r\n{headers}\r\n");
    let request = [head.as_bytes(), body].concat();
    // Who refuses a body need not read it all: then the answer is there although not everything was sent.
    let sent = stream.write_all(&request);
    let mut answer = Vec::new();
    let received = stream.read_to_end(&mut answer);
    parse(&answer).ok_or_else(|| match (sent, received) {
        (Err(error), _) | (_, Err(error)) => error,
        _ => io::ErrorKind::UnexpectedEof.into(),
    })
}

fn parse(answer: &[u8]) -> Option<Answer> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let mut fields = head.lines().filter_map(|line| line.split_once(": "));
    let content_type = fields.find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let content_type = content_type.map(|(_, value)| value.to_owned()).unwrap_or_default();
    Some(Answer { status, content_type, body: answer[end + 4..].to_vec() })
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
