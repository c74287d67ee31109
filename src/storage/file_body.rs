//! A part of a file as the body of an HTTP request: of known size, read while it is sent, and as often as a retry
//! needs. It reads by position, so that bodies over one file do not move each other's cursor, and needs no path, so
//! that the file may be unlinked already.

use std::fs::File;
use std::future::poll_fn;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::{Stream, stream};
use http_body::{Body, Frame, SizeHint};
use tokio::task::JoinHandle;

use super::CHUNK;

/// What is in memory already is read in smaller pieces: copied twice within the processor's nearer cache, and on its way
/// before a reader has to sleep. Of 16 to 1,024 KiB, it is near the best for one reader and for four.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
const AT_ONCE: usize = 48 * 1024;

/// Holds a chunk in memory, and the one that is sent meanwhile.
pub(super) struct FileBody {
    file: Arc<File>,
    rest: Range<u64>,
    reading: Option<JoinHandle<io::Result<Bytes>>>,
    spare: Spare,
}

impl FileBody {
    /// The bytes `range` of `file`. Ends with an error if the file is shorter than that.
    pub(super) fn new(file: Arc<File>, range: Range<u64>) -> Self {
        Self { file, rest: range, reading: None, spare: Spare::default() }
    }

    /// The same, without the frames.
    pub(super) fn into_stream(self) -> impl Stream<Item = io::Result<Bytes>> {
        stream::unfold(self, async |mut body| {
            let frame = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await?;
            Some((frame.map(|frame| frame.into_data().unwrap_or_default()), body))
        })
    }

    /// Of what is left, at most so many bytes.
    fn chunk(&self, most: usize) -> Lent {
        let size = usize::try_from(self.rest.end - self.rest.start).unwrap_or(most).min(most);
        self.spare.lend(size)
    }

    /// Where waiting is allowed.
    fn read(&self) -> JoinHandle<io::Result<Bytes>> {
        let (file, start, mut chunk) = (Arc::clone(&self.file), self.rest.start, self.chunk(CHUNK));
        tokio::task::spawn_blocking(move || {
            file.read_exact_at(chunk.bytes(), start)?;
            Ok(Bytes::from_owner(chunk))
        })
    }

    /// What the system has in memory. A copy takes less time than the way to another thread and back.
    #[cfg(target_os = "linux")]
    fn read_at_once(&self) -> Option<Bytes> {
        use rustix::io::{ReadWriteFlags, preadv2};

        let mut chunk = self.chunk(AT_ONCE);
        let mut buffers = [io::IoSliceMut::new(chunk.bytes())];
        // That it would have to wait, or that the file system does not know of this, is no error; others will be found by
        // the reading that waits.
        let read = preadv2(&self.file, &mut buffers, self.rest.start, ReadWriteFlags::NOWAIT).ok()?;
        chunk.len = read;
        (read > 0).then(|| Bytes::from_owner(chunk))
    }

    #[cfg(not(target_os = "linux"))]
    fn read_at_once(&self) -> Option<Bytes> {
        None
    }
}

/// Buffers of one body that were sent, to be filled again.
#[derive(Clone, Default)]
struct Spare(Arc<Mutex<Vec<Box<[u8]>>>>);

/// A buffer that goes back when it is dropped.
struct Lent {
    buffer: Box<[u8]>,
    len: usize,
    home: Spare,
}

impl Spare {
    fn lend(&self, len: usize) -> Lent {
        let spare = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let buffer = spare.filter(|buffer| buffer.len() >= len).unwrap_or_else(|| vec![0; len].into());
        Lent { buffer, len, home: self.clone() }
    }
}

impl Lent {
    fn bytes(&mut self) -> &mut [u8] {
        &mut self.buffer[..self.len]
    }
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.buffer[..self.len]
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let buffer = std::mem::take(&mut self.buffer);
        self.home.0.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
    }
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        if self.reading.is_none()
            && let Some(chunk) = self.read_at_once()
        {
            self.rest.start += chunk.len() as u64;
            return Poll::Ready(Some(Ok(Frame::data(chunk))));
        }
        let mut reading = self.reading.take().unwrap_or_else(|| self.read());
        let Poll::Ready(outcome) = Pin::new(&mut reading).poll(cx) else {
            self.reading = Some(reading);
            return Poll::Pending;
        };
        let chunk = outcome??;
        self.rest.start += chunk.len() as u64;
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
        let first = read(&mut ahead).await.unwrap().unwrap();
        // Not every file system says what it has in memory.
        assert!([AT_ONCE, CHUNK].contains(&first.len()));
        assert_eq!(first, bytes[..first.len()]);

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
        let second = read(&mut ahead).await.unwrap().unwrap();
        assert_eq!(second, bytes[first.len()..2 * first.len()]);
    }

    #[tokio::test]
    async fn a_file_that_is_too_short_ends_the_body_with_an_error() {
        let mut body = FileBody::new(file(b"abc"), 0..4);
        // What is there may come before.
        if let Some(Ok(chunk)) = read(&mut body).await {
            assert_eq!(chunk, "abc");
        }
        assert_eq!(read(&mut body).await.unwrap().unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
