//! A part of a file as the body of an HTTP request: of known size, read while it is sent, and as often as a retry
//! needs. It reads by position, so that bodies over one file do not move each other's cursor, and needs no path, so
//! that the file may be unlinked already.

use std::fs::File;
use std::future::poll_fn;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::{Stream, stream};
use http_body::{Body, Frame, SizeHint};
use tokio::task::JoinHandle;

use super::CHUNK;

/// Holds two chunks in memory: one is sent while the next one is read.
pub(super) struct FileBody {
    file: Arc<File>,
    rest: Range<u64>,
    reading: Option<JoinHandle<io::Result<Bytes>>>,
}

impl FileBody {
    /// The bytes `range` of `file`. Ends with an error if the file is shorter than that.
    pub(super) fn new(file: Arc<File>, range: Range<u64>) -> Self {
        Self { file, rest: range, reading: None }
    }

    fn read(&self) -> JoinHandle<io::Result<Bytes>> {
        let (file, start) = (Arc::clone(&self.file), self.rest.start);
        let size = usize::try_from(self.rest.end - self.rest.start).unwrap_or(CHUNK).min(CHUNK);
        tokio::task::spawn_blocking(move || {
            let mut chunk = vec![0; size];
            file.read_exact_at(&mut chunk, start)?;
            Ok(chunk.into())
        })
    }
}

impl FileBody {
    /// The same, without the frames.
    pub(super) fn into_stream(self) -> impl Stream<Item = io::Result<Bytes>> {
        stream::unfold(self, async |mut body| {
            let frame = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await?;
            Some((frame.map(|frame| frame.into_data().unwrap_or_default()), body))
        })
    }
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let mut reading = self.reading.take().unwrap_or_else(|| self.read());
        let Poll::Ready(outcome) = Pin::new(&mut reading).poll(cx) else {
            self.reading = Some(reading);
            return Poll::Pending;
        };
        let chunk = outcome??;
        self.rest.start += chunk.len() as u64;
        if !self.rest.is_empty() {
            self.reading = Some(self.read());
        }
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.end - self.rest.start)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    async fn read(body: &mut FileBody) -> Option<io::Result<Bytes>> {
        let frame = poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await?;
        Some(frame.map(|frame| frame.into_data().unwrap()))
    }

    fn file(bytes: &[u8]) -> Arc<File> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        Arc::new(file)
    }

    #[tokio::test]
    async fn two_bodies_over_one_unlinked_file_each_send_their_range_in_chunks() {
        let bytes: Vec<u8> = (0..=255).cycle().take(3 * CHUNK).collect();
        let file = file(&bytes);
        let mut ahead = FileBody::new(Arc::clone(&file), 0..bytes.len() as u64);
        assert_eq!(read(&mut ahead).await.unwrap().unwrap(), bytes[..CHUNK]);

        let range = 7..CHUNK + 100;
        let mut body = FileBody::new(file, range.start as u64..range.end as u64);
        assert_eq!(body.size_hint().exact(), Some(range.len() as u64));
        let mut sent = Vec::new();
        while let Some(chunk) = read(&mut body).await {
            let chunk = chunk.unwrap();
            assert!(chunk.len() <= CHUNK);
            sent.extend_from_slice(&chunk);
        }
        assert!(sent == bytes[range]);
        assert_eq!(read(&mut ahead).await.unwrap().unwrap(), bytes[CHUNK..2 * CHUNK]);
    }

    #[tokio::test]
    async fn a_file_that_is_too_short_ends_the_body_with_an_error() {
        let mut body = FileBody::new(file(b"abc"), 0..4);
        assert_eq!(read(&mut body).await.unwrap().unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
