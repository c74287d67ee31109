//! Files on their way in: an unlinked temporary file in the spool directory, written and hashed off the async threads
//! while the next bytes arrive. Memory is two buffers a file, whatever the file's size; a crash leaves nothing behind.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tokio::task::JoinHandle;

/// What stands in the place of a file in a request's variables, followed by its index in [`Uploads`]. A client that
/// sends such a string itself is refused at the door.
pub const PLACEHOLDER_PREFIX: &str = "#__graphql_file__:";

/// Bytes gathered before one write goes to a blocking thread.
const BUFFER: usize = 256 * 1024;

/// The files of one request, in the order of its `map`.
#[derive(Clone, Debug, Default)]
pub struct Uploads(pub Vec<Arc<Spooled>>);

impl Uploads {
    /// The file that a variable's placeholder stands for; `None` where the text is no placeholder of this request.
    pub fn get(&self, placeholder: &str) -> Option<&Arc<Spooled>> {
        let index: usize = placeholder.strip_prefix(PLACEHOLDER_PREFIX)?.parse().ok()?;
        self.0.get(index)
    }
}

/// One received file. Nothing in here but the bytes is to be trusted.
#[derive(Debug)]
pub struct Spooled {
    /// Unlinked, rewound to its start. The cursor is shared by all who hold the `Arc`: clone and seek, or `read_at`.
    pub file: File,
    /// Bytes in `file`.
    pub len: u64,
    /// Of all bytes; zeros where the file was cut off.
    pub sha256: [u8; 32],
    /// As sent, at most 255 characters; empty where none was sent.
    pub filename: String,
    /// As declared, at most 127 characters.
    pub content_type: Option<String>,
    /// Reading stopped at the first byte too many: `file` holds only a beginning, or nothing.
    pub cut: Option<Cut>,
}

/// Which limit a file was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The one for files.
    TooLarge,
    /// What its sender may still store.
    OverQuota,
}

/// Writes one file as its bytes arrive.
#[derive(Debug)]
pub struct Writer {
    /// `None` only while a write is under way on a blocking thread, or after one failed.
    sink: Option<Sink>,
    /// The write that is under way; it gives its buffer back, empty.
    writing: Option<JoinHandle<io::Result<Written>>>,
    /// Fills up meanwhile.
    buffer: Vec<u8>,
    spare: Vec<u8>,
    len: u64,
}

/// What a write gives back.
type Written = (Sink, Vec<u8>);

#[derive(Debug)]
struct Sink {
    file: File,
    hasher: Sha256,
}

impl Writer {
    /// Opens an unlinked file in `directory`.
    pub async fn create(directory: &Path) -> io::Result<Self> {
        let directory = directory.to_owned();
        let file = off_thread(move || tempfile::tempfile_in(directory)).await?;
        let sink = Some(Sink { file, hasher: Sha256::new() });
        Ok(Self { sink, writing: None, buffer: Vec::new(), spare: Vec::new(), len: 0 })
    }

    /// Bytes taken so far.
    pub const fn len(&self) -> u64 {
        self.len
    }

    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Takes a piece; writes when the buffer is full.
    pub async fn write(&mut self, mut piece: &[u8]) -> io::Result<()> {
        self.len += piece.len() as u64;
        while !piece.is_empty() {
            let (now, later) = piece.split_at(piece.len().min(BUFFER - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            piece = later;
            if self.buffer.len() == BUFFER {
                self.flush().await?;
            }
        }
        Ok(())
    }

    /// Writes what is left and rewinds.
    pub async fn finish(
        mut self,
        filename: Option<&str>,
        content_type: Option<&str>,
        cut: Option<Cut>,
    ) -> io::Result<Spooled> {
        self.flush().await?;
        self.settle().await?;
        let Sink { mut file, hasher } = self.sink.take().ok_or_else(lost)?;
        let file = off_thread(move || file.rewind().map(|()| file)).await?;
        Ok(Spooled {
            file,
            len: self.len,
            sha256: if cut.is_some() { [0; 32] } else { hasher.finalize().into() },
            filename: filename.unwrap_or_default().chars().take(255).collect(),
            content_type: content_type.map(|name| name.chars().take(127).collect()),
            cut,
        })
    }

    /// Begins to write the buffer, once the write before is done.
    async fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        self.settle().await?;
        let mut sink = self.sink.take().ok_or_else(lost)?;
        let mut buffer = std::mem::replace(&mut self.buffer, std::mem::take(&mut self.spare));
        self.writing = Some(tokio::task::spawn_blocking(move || {
            sink.hasher.update(&buffer);
            sink.file.write_all(&buffer)?;
            buffer.clear();
            Ok((sink, buffer))
        }));
        Ok(())
    }

    /// Waits for the write that is under way.
    async fn settle(&mut self) -> io::Result<()> {
        if let Some(writing) = self.writing.take() {
            let (sink, buffer) = writing.await.map_err(io::Error::other)??;
            self.sink = Some(sink);
            self.spare = buffer;
        }
        Ok(())
    }
}

fn lost() -> io::Error {
    io::Error::other("an earlier write to this file failed")
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[tokio::test]
    async fn a_file_of_several_buffers_comes_back_whole_and_hashed() {
        let directory = tempfile::tempdir().unwrap();
        let bytes: Vec<u8> = (0..BUFFER * 2 + 77).map(|i| u8::try_from(i % 251).unwrap()).collect();
        let mut writer = Writer::create(directory.path()).await.unwrap();
        for piece in bytes.chunks(100_003) {
            writer.write(piece).await.unwrap();
        }
        let spooled = writer.finish(Some(&"n".repeat(300)), Some("image/png"), None).await.unwrap();
        let mut read = Vec::new();
        (&spooled.file).read_to_end(&mut read).unwrap();
        assert_eq!(read, bytes);
        assert_eq!(spooled.len, bytes.len() as u64);
        assert_eq!(spooled.sha256, <[u8; 32]>::from(Sha256::digest(&bytes)));
        assert_eq!(spooled.filename.len(), 255);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0, "the file has no name");
    }

    #[tokio::test]
    async fn only_a_placeholder_of_the_request_finds_a_file() {
        let directory = tempfile::tempdir().unwrap();
        let writer = Writer::create(directory.path()).await.unwrap();
        let uploads = Uploads(vec![Arc::new(writer.finish(None, None, None).await.unwrap())]);
        assert!(uploads.get("#__graphql_file__:0").is_some());
        for text in ["#__graphql_file__:1", "#__graphql_file__:x", "#__graphql_file__:-1", "0", ""] {
            assert!(uploads.get(text).is_none(), "{text}");
        }
    }
}
