//! The bucket, as its owner sees it: presigned URLs by Signature Version 4, written down plainly
//! (<https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>).

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use image_manager::clock::Clock;
use sha2::{Digest, Sha256};

use crate::Outcome;
use crate::client::Connection;
use crate::floor;
use crate::floor::s3::{ACCESS_KEY_ID, BUCKET, REGION, SECRET_ACCESS_KEY};

/// A running one, in a process of its own.
pub struct Bucket {
    pub address: SocketAddr,
    directory: PathBuf,
    _process: floor::Child,
}

impl Bucket {
    pub fn start(directory: &Path) -> Outcome<Self> {
        let process = floor::Child::start(&["s3", &directory.to_string_lossy()])?;
        Ok(Self { address: process.address, directory: directory.join(BUCKET), _process: process })
    }

    /// What the server needs to use it.
    pub fn flags(&self) -> Vec<String> {
        let endpoint = format!("http://{}", self.address);
        let flags = [
            ("--s3-bucket", BUCKET),
            ("--aws-region", REGION),
            ("--aws-endpoint-url-s3", &endpoint),
            ("--aws-access-key-id", ACCESS_KEY_ID),
            ("--aws-secret-access-key", SECRET_ACCESS_KEY),
        ];
        flags.into_iter().flat_map(|(name, value)| [name.to_owned(), value.to_owned()]).collect()
    }

    /// Takes an object away, past the protocol.
    pub fn remove(&self, key: &str) -> Outcome<()> {
        Ok(std::fs::remove_file(self.directory.join(key))?)
    }

    /// A URL to PUT this key to, from the path on; good for 15 minutes.
    pub fn presigned(&self, key: &str) -> Outcome<String> {
        // 2026-11-20T08:30:00.000Z to 20261120T083000Z
        let now = Clock::default().now().to_rfc3339();
        let seconds = now.split('.').next().unwrap_or_default();
        let time: String = seconds.chars().filter(|c| !matches!(c, '-' | ':')).chain(['Z']).collect();
        let day = time.get(..8).ok_or("no day")?;
        let scope = format!("{day}/{REGION}/s3/aws4_request");
        let query = format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={ACCESS_KEY_ID}%2F{}&X-Amz-Date={time}\
             &X-Amz-Expires=900&X-Amz-SignedHeaders=host",
            scope.replace('/', "%2F")
        );
        let path = format!("/{BUCKET}/{key}");
        let canonical = format!("PUT\n{path}\n{query}\nhost:{}\n\nhost\nUNSIGNED-PAYLOAD", self.address);
        let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", hex(&Sha256::digest(canonical)));
        let mut key = format!("AWS4{SECRET_ACCESS_KEY}").into_bytes();
        for part in [day, REGION, "s3", "aws4_request"] {
            key = sign(&key, part)?;
        }
        Ok(format!("{path}?{query}&X-Amz-Signature={}", hex(&sign(&key, &text)?)))
    }

    /// The plain PUT: a presigned URL, and nothing but the file.
    pub fn put(&self, connection: &mut Connection, path: &str, file: (&[u8], &[u8])) -> Outcome<()> {
        let length = file.0.len() + file.1.len();
        let head = format!("PUT {path} HTTP/1.1\r\nhost: {}\r\ncontent-length: {length}\r\n\r\n", self.address);
        connection.ask_in_parts(&[head.as_bytes(), file.0, file.1])?;
        Ok(())
    }
}

fn sign(key: &[u8], text: &str) -> Outcome<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key)?;
    mac.update(text.as_bytes());
    Ok(mac.finalize().into_bytes().to_vec())
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
