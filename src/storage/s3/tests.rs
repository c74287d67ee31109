//! A bucket on a bad line: its connections break, or say nothing.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{FutureExt, TryFutureExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

use super::*;

const ID: Uuid = Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_00ab);
/// When a test that waits for something gives up.
const PATIENCE: Duration = Duration::from_secs(30);
const SHORT: Times = Times {
    connect: Duration::from_millis(500),
    attempt: Duration::from_millis(200),
    operation: Duration::from_secs(5),
    pause: Duration::from_millis(1),
};
const LONG: Times =
    Times { connect: PATIENCE, attempt: PATIENCE, operation: PATIENCE, pause: Duration::from_millis(1) };

/// What becomes of a connection.
#[derive(Clone, Copy)]
enum Fate {
    /// It is cut when so many bytes of the request have arrived.
    CutAfter(usize),
    /// The request is read, and no answer comes.
    Silence,
    /// The request is read and answered: the head without its length, the body, and how much longer the body is said
    /// to be than it is.
    Answer(&'static str, &'static str, usize),
}

/// One fate for each connection, the last one for all that follow; and the first line of each request that was read.
async fn server(fates: impl Into<VecDeque<Fate>>) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (mut fates, lines) = (fates.into(), Arc::new(Mutex::new(Vec::new())));
    let seen = Arc::clone(&lines);
    tokio::spawn(async move {
        loop {
            let (connection, _) = listener.accept().await.unwrap();
            let fate = if fates.len() > 1 { fates.pop_front() } else { fates.front().copied() };
            tokio::spawn(meet(connection, fate.unwrap(), Arc::clone(&seen)));
        }
    });
    (address, lines)
}

async fn meet(mut connection: TcpStream, fate: Fate, seen: Arc<Mutex<Vec<String>>>) {
    let mut request = Vec::new();
    let enough = |request: &[u8]| match fate {
        Fate::CutAfter(bytes) => request.len() >= bytes,
        Fate::Silence | Fate::Answer(..) => is_whole(request),
    };
    while !enough(&request) {
        if connection.read_buf(&mut request).await.unwrap() == 0 {
            return;
        }
    }
    seen.lock().unwrap().push(String::from_utf8_lossy(&request).lines().next().unwrap().to_owned());
    match fate {
        Fate::CutAfter(_) => connection.set_zero_linger().unwrap(),
        Fate::Silence => std::future::pending().await,
        Fate::Answer(head, body, missing) => {
            let len = body.len() + missing;
            let answer = format!("HTTP/1.1 {head}\r\ncontent-length: {len}\r\nconnection: close\r\n\r\n{body}");
            connection.write_all(answer.as_bytes()).await.unwrap();
        }
    }
}

fn is_whole(request: &[u8]) -> bool {
    let Some(end) = request.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
    let len = head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |len| len.parse().unwrap());
    request.len() >= end + 4 + len
}

fn storage(address: SocketAddr, times: Times) -> S3 {
    let settings = config::S3 {
        bucket: "pictures".to_owned(),
        region: "us-east-1".to_owned(),
        endpoint: Some(format!("http://{address}")),
        access_key_id: "key".to_owned(),
        secret_access_key: "secret".to_owned().into(),
    };
    S3::with_times(&settings, times)
}

fn pinned() -> Pinned {
    Pinned { len: 7, version: "\"abc\"".to_owned() }
}

const STORED: Fate = Fate::Answer("200 OK\r\netag: \"abc\"", "", 0);

#[tokio::test]
async fn an_upload_that_is_cut_off_in_the_middle_is_sent_again_from_its_start() {
    let (address, lines) = server([Fate::CutAfter(600_000), STORED]).await;
    let file = tempfile::tempfile().unwrap();
    file.set_len(1_000_000).unwrap();
    storage(address, LONG).put_file(&Key::original(ID), file, 1_000_000, "image/png").await.unwrap();
    assert_eq!(lines.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_server_that_says_nothing_is_unavailable() {
    let (address, lines) = server([Fate::Silence]).await;
    let storage = storage(address, SHORT);
    let key = Key::original(ID);
    let (incoming, pinned) = (Key::incoming(ID), pinned());
    let asked = futures_util::future::join_all([
        storage.put_bytes(&key, Bytes::from_static(b"picture"), "image/png"),
        storage.get(&key, None).map_ok(drop).boxed(),
        storage.inspect(&key).map_ok(drop).boxed(),
        storage.copy(&incoming, &pinned, &key, "image/png"),
        storage.list_all(Folder::Originals, None, 10).map_ok(drop).boxed(),
        storage.delete(&key),
    ]);
    for outcome in tokio::time::timeout(PATIENCE, asked).await.expect("somebody still waits") {
        assert!(matches!(outcome, Err(StorageError::Unavailable(_))), "{outcome:?}");
    }
    let attempts = lines.lock().unwrap().len();
    assert!((1..=6 * 3).contains(&attempts), "{attempts}");
}

#[tokio::test]
async fn attempts_end_when_the_time_for_all_of_them_does() {
    let (address, lines) = server([Fate::Silence]).await;
    let storage = storage(address, Times { attempt: PATIENCE, operation: Duration::from_millis(200), ..SHORT });
    let key = Key::original(ID);
    let asked = tokio::time::timeout(PATIENCE / 2, storage.inspect(&key));
    assert!(matches!(asked.await.expect("it still waits"), Err(StorageError::Unavailable(_))));
    assert!(lines.lock().unwrap().len() <= 1);
}

#[tokio::test]
async fn an_object_that_breaks_off_is_an_error_and_no_shorter_object() {
    let (address, _) = server([Fate::Answer("200 OK\r\netag: \"abc\"", "pict", 3)]).await;
    let storage = storage(address, LONG);
    for blob in [storage.get(&Key::original(ID), None).await, storage.get_pinned(&Key::original(ID), &pinned()).await] {
        let bytes = blob.unwrap().bytes(100).await;
        assert!(matches!(bytes, Err(StorageError::Unavailable(_))), "{bytes:?}");
    }
}

/// Amazon begins its answer before it has copied, and may find out only then.
#[tokio::test]
async fn a_copy_that_fails_within_an_answer_of_200_is_no_copy() {
    let failed = Fate::Answer("200 OK", "<?xml version=\"1.0\"?><Error><Code>InternalError</Code></Error>", 0);
    let (address, lines) = server([failed]).await;
    let copied = storage(address, LONG).copy(&Key::incoming(ID), &pinned(), &Key::original(ID), "image/png").await;
    assert!(matches!(copied, Err(StorageError::Unavailable(_))), "{copied:?}");
    assert!(!lines.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_upload_in_parts_that_fails_within_an_answer_of_200_is_aborted() {
    let begun =
        "<?xml version=\"1.0\"?><InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>";
    let failed = Fate::Answer("200 OK", "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", 0);
    let parts = [STORED; 5];
    let fates = [vec![Fate::Answer("200 OK", begun, 0)], parts.to_vec(), vec![failed, STORED]].concat();
    let (address, lines) = server(fates).await;
    let (file, len) = (tempfile::tempfile().unwrap(), MULTIPART_ABOVE + 1);
    file.set_len(len).unwrap();
    let put = storage(address, LONG).put_file(&Key::original(ID), file, len, "image/png").await;
    assert!(matches!(put, Err(StorageError::Unavailable(_))), "{put:?}");
    let methods: Vec<String> = lines.lock().unwrap().iter().map(|line| line[..4].trim().to_owned()).collect();
    assert_eq!(methods, ["POST", "PUT", "PUT", "PUT", "PUT", "PUT", "POST", "DELE"]);
}

#[tokio::test]
async fn a_server_that_does_not_know_the_condition_gives_no_other_bytes() {
    let (address, _) = server([Fate::Answer("200 OK\r\netag: \"other\"", "picture", 0)]).await;
    let read = storage(address, LONG).get_pinned(&Key::original(ID), &pinned()).await;
    assert!(matches!(read.map(|blob| blob.len), Err(StorageError::Changed)));
}

/// Amazon's clients add checksums of their own, and of a body that is not there yet when it is signed for another.
#[tokio::test]
async fn at_amazon_a_presigned_put_signs_the_same_headers() {
    let elsewhere = storage(SocketAddr::from(([127, 0, 0, 1], 1)), LONG);
    let amazon = config::S3 {
        bucket: elsewhere.bucket,
        region: "eu-central-1".to_owned(),
        endpoint: None,
        access_key_id: "key".to_owned(),
        secret_access_key: "secret".to_owned().into(),
    };
    let terms = PutTerms { len: 7, content_type: "image/png", sha256: None, expires_in: Duration::from_mins(1) };
    let put = S3::new(&amazon).presign_put(&Key::incoming(ID), terms).await.unwrap().unwrap();
    assert!(put.url.starts_with("https://pictures.s3.eu-central-1.amazonaws.com/incoming/"), "{}", put.url);
    assert!(put.url.contains("X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost&"), "{}", put.url);
    assert!(!put.url.to_lowercase().contains("checksum"), "{}", put.url);
    assert_eq!(put.headers, [("content-type".to_owned(), "image/png".to_owned())]);
}
