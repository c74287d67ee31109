//! Objects held to what they were when somebody looked at them.

use bytes::Bytes;
use image_manager::storage::{Blobs, Folder, Key, Pinned, StorageError};

use super::backends::{Backend, Disk, DiskMadeAFile, S3WithoutBucket};
use super::{NO_LIMIT, PNG, got, id, pattern, unavailable};
use crate::support::s3::S3Server;

contract! {
    what_was_pinned_is_read_and_copied
    what_was_replaced_is_neither_read_nor_copied
    what_is_gone_is_not_found
    a_reader_of_pinned_bytes_gets_them_to_the_end
    a_copy_replaces_what_was_there
    many_copies_at_once_leave_one_whole
    while_the_storage_is_away_nothing_is_known_of_what_was_pinned
}

#[tokio::test]
async fn a_file_in_the_place_of_the_disk_says_nothing_of_what_was_pinned() {
    while_the_storage_is_away_nothing_is_known_of_what_was_pinned::<DiskMadeAFile>().await;
}

#[tokio::test]
async fn a_missing_bucket_says_nothing_of_what_was_pinned() {
    let mut backend = S3WithoutBucket::start().await;
    let (blobs, key) = (backend.open().await, Key::incoming(id()));
    pin(&blobs, &key, b"kept").await;
    backend.take_away().await;
    assert!(unavailable(&blobs.inspect(&key).await), "not None: the object may well be there");
    assert!(unavailable(&blobs.list_all(Folder::Incoming, None, 10).await));
}

#[tokio::test]
async fn a_copy_has_the_type_it_was_given_and_not_the_one_the_client_wrote() {
    let server = S3Server::start();
    let (blobs, from, to) = (server.open().await, Key::incoming(id()), Key::original(id()));
    blobs.put_bytes(&from, Bytes::from_static(b"picture"), "text/html").await.unwrap();
    let pinned = blobs.inspect(&from).await.unwrap().unwrap();
    blobs.copy(&from, &pinned, &to, PNG).await.unwrap();
    assert_eq!(server.content_type(&to.to_string()), PNG);
    assert_eq!(server.count("GET"), 0, "the bytes stay in the bucket");
}

async fn what_was_pinned_is_read_and_copied<B: Backend>() {
    let backend = B::start().await;
    let blobs = backend.open().await;
    for size in [0, 1, 300_000] {
        let (from, to) = (Key::incoming(id()), Key::original(id()));
        let bytes = pattern(size);
        let pinned = pin(&blobs, &from, &bytes).await;
        assert_eq!(pinned.len, size as u64);
        assert_eq!(blobs.inspect(&from).await.unwrap(), Some(pinned.clone()), "unchanged");
        let blob = blobs.get_pinned(&from, &pinned).await.unwrap();
        assert_eq!(blob.len, size as u64);
        assert!(blob.bytes(NO_LIMIT).await.unwrap() == bytes);
        blobs.copy(&from, &pinned, &to, PNG).await.unwrap();
        assert!(got(&blobs, &to).await == bytes && got(&blobs, &from).await == bytes);
    }
    assert_eq!(backend.leftovers(), [""; 0]);
}

async fn what_was_replaced_is_neither_read_nor_copied<B: Backend>() {
    let backend = B::start().await;
    let blobs = backend.open().await;
    let (from, to) = (Key::incoming(id()), Key::original(id()));
    let pinned = pin(&blobs, &from, b"innocent").await;
    pin(&blobs, &from, b"replaced").await;
    assert!(matches!(blobs.get_pinned(&from, &pinned).await, Err(StorageError::Changed)));
    assert!(matches!(blobs.copy(&from, &pinned, &to, PNG).await, Err(StorageError::Changed)));
    assert_eq!(blobs.len(&to).await.unwrap(), None);

    let pinned = blobs.inspect(&from).await.unwrap().unwrap();
    blobs.copy(&from, &pinned, &to, PNG).await.unwrap();
    assert_eq!(got(&blobs, &to).await, b"replaced");
    pin(&blobs, &from, b"replaced again, longer").await;
    assert!(matches!(blobs.copy(&from, &pinned, &to, PNG).await, Err(StorageError::Changed)));
    assert_eq!(got(&blobs, &to).await, b"replaced", "a copy that is refused replaces nothing");
    assert_eq!(backend.leftovers(), [""; 0]);
}

async fn what_is_gone_is_not_found<B: Backend>() {
    let backend = B::start().await;
    let blobs = backend.open().await;
    let (from, to) = (Key::incoming(id()), Key::original(id()));
    assert_eq!(blobs.inspect(&from).await.unwrap(), None);
    let pinned = pin(&blobs, &from, b"gone soon").await;
    blobs.delete(&from).await.unwrap();
    assert_eq!(blobs.inspect(&from).await.unwrap(), None);
    assert!(matches!(blobs.get_pinned(&from, &pinned).await, Err(StorageError::NotFound)));
    assert!(matches!(blobs.copy(&from, &pinned, &to, PNG).await, Err(StorageError::NotFound)));
    assert_eq!(blobs.len(&to).await.unwrap(), None);
}

async fn a_reader_of_pinned_bytes_gets_them_to_the_end<B: Backend>() {
    let backend = B::start().await;
    let (blobs, key) = (backend.open().await, Key::incoming(id()));
    // Far more than the sockets between hold.
    let bytes = pattern(15_000_000);
    let pinned = pin(&blobs, &key, &bytes).await;
    let blob = blobs.get_pinned(&key, &pinned).await.unwrap();
    pin(&blobs, &key, &vec![0; bytes.len()]).await;
    assert!(blob.bytes(NO_LIMIT).await.unwrap() == bytes);
}

async fn a_copy_replaces_what_was_there<B: Backend>() {
    let backend = B::start().await;
    let blobs = backend.open().await;
    let (from, to) = (Key::incoming(id()), Key::original(id()));
    let old = pin(&blobs, &to, b"the first, longer one").await;
    let pinned = pin(&blobs, &from, b"the second").await;
    for _ in 0..2 {
        blobs.copy(&from, &pinned, &to, PNG).await.unwrap();
        assert_eq!(got(&blobs, &to).await, b"the second");
    }
    assert!(matches!(blobs.get_pinned(&to, &old).await, Err(StorageError::Changed)));
}

async fn many_copies_at_once_leave_one_whole<B: Backend>() {
    let backend = B::start().await;
    let blobs = backend.open().await;
    let (from, to) = (Key::incoming(id()), Key::original(id()));
    let bytes = pattern(500_000);
    let pinned = pin(&blobs, &from, &bytes).await;
    futures_util::future::try_join_all((0..8).map(|_| blobs.copy(&from, &pinned, &to, PNG))).await.unwrap();
    assert!(got(&blobs, &to).await == bytes);
    assert_eq!(backend.leftovers(), [""; 0]);
}

async fn while_the_storage_is_away_nothing_is_known_of_what_was_pinned<B: Backend>() {
    let mut backend = B::start().await;
    let (blobs, from, to) = (backend.open().await, Key::incoming(id()), Key::original(id()));
    let pinned = pin(&blobs, &from, b"kept").await;
    backend.take_away().await;
    let missing = Key::incoming(id());
    let looks = futures_util::join!(blobs.inspect(&from), blobs.inspect(&missing), blobs.get_pinned(&from, &pinned));
    assert!(unavailable(&looks.0) && unavailable(&looks.1) && unavailable(&looks.2));
    assert!(unavailable(&blobs.copy(&from, &pinned, &to, PNG).await));
    assert!(unavailable(&blobs.list_all(Folder::Incoming, None, 10).await));

    backend.bring_back().await;
    blobs.copy(&from, &pinned, &to, PNG).await.unwrap();
    assert_eq!(got(&blobs, &to).await, b"kept");
    assert_eq!(backend.leftovers(), [""; 0]);
}

async fn pin(blobs: &Blobs, key: &Key, bytes: &[u8]) -> Pinned {
    blobs.put_bytes(key, Bytes::copy_from_slice(bytes), PNG).await.unwrap();
    blobs.inspect(key).await.unwrap().unwrap()
}
