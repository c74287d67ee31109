//! What the storage promises, on the local disk and on S3 alike: each behavior is one function, and each backend runs
//! it under a test name of its own.

/// One test for each behavior and backend.
macro_rules! contract {
    ($($behavior:ident)*) => {
        mod disk {
            $(#[tokio::test]
            async fn $behavior() {
                super::$behavior::<super::Disk>().await;
            })*
        }
        mod s3 {
            $(#[tokio::test]
            async fn $behavior() {
                super::$behavior::<super::S3Server>().await;
            })*
        }
    };
}

mod backends;
mod busy;
mod direct;
mod pinned;
mod walk;

use std::fs::File;
use std::io::{Read, Write};
use std::time::Duration;

use bytes::Bytes;
use image_manager::storage::{Blobs, Key, Prefix, StorageError};
use uuid::Uuid;

use self::backends::{Backend, Disk, DiskMadeAFile, S3WithoutBucket};
use crate::support::s3::S3Server;

const PNG: &str = "image/png";
const NO_LIMIT: u64 = u64::MAX;
/// When a test that waits for something gives up.
const PATIENCE: Duration = Duration::from_secs(30);

contract! {
    what_is_put_is_got
    a_large_file_without_a_name_is_put_whole
    a_file_is_stored_from_its_start_to_the_announced_length
    a_source_shorter_than_announced_is_refused
    a_source_that_cannot_be_read_leaves_nothing
    a_range_is_cut_at_the_end_of_the_object
    a_put_replaces_what_was_there
    puts_of_one_key_at_once_leave_one_of_them_whole
    the_limit_for_bytes_in_memory_holds
    deleting_twice_is_fine
    deleting_a_prefix_deletes_nothing_else
    a_list_goes_on_where_the_last_one_ended
    what_is_not_there_is_not_found
    another_process_sees_the_same_objects
    without_its_storage_it_is_unavailable_and_recovers
}

#[tokio::test]
async fn a_file_in_the_place_of_the_disk_is_unavailable() {
    without_its_storage_it_is_unavailable_and_recovers::<DiskMadeAFile>().await;
}

#[tokio::test]
async fn a_missing_bucket_is_unavailable() {
    let mut backend = S3WithoutBucket::start().await;
    let blobs = backend.open().await;
    let key = Key::original(id());
    blobs.put_bytes(&key, Bytes::from_static(b"kept"), PNG).await.unwrap();
    backend.take_away().await;
    assert!(unavailable(&blobs.len(&key).await), "not None: the object may well be there");
    assert!(unavailable(&blobs.check().await));
    assert!(unavailable(&blobs.delete(&key).await));
    backend.bring_back().await;
    assert_eq!(got(&blobs, &key).await, b"kept");
}

#[tokio::test]
async fn the_parts_of_an_upload_given_up_are_removed() {
    let server = S3Server::start();
    let blobs = server.open().await;
    let key = Key::original(id());
    let size = 64 * 1024 * 1024;
    let file = tempfile::tempfile().unwrap();
    file.set_len(size).unwrap();
    {
        let put = blobs.put_file(&key, file, size, PNG);
        tokio::pin!(put);
        while server.leftovers().is_empty() {
            tokio::select! {
                biased;
                outcome = &mut put => panic!("the upload ended before it could be given up: {outcome:?}"),
                () = tokio::task::yield_now() => {}
            }
        }
    }
    let removed = async {
        while !server.leftovers().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, removed).await.expect("the parts are still there");
    assert_eq!(blobs.len(&key).await.unwrap(), None);
}

async fn what_is_put_is_got<B: Backend>() {
    let backend = B::start().await;
    let blobs = backend.open().await;
    for size in [0, 1, 300_000] {
        let bytes = pattern(size);
        let (from_file, from_memory) = (Key::original(id()), Key::incoming(id()));
        blobs.put_file(&from_file, file(&bytes), size as u64, PNG).await.unwrap();
        blobs.put_bytes(&from_memory, bytes.clone().into(), PNG).await.unwrap();
        for key in [from_file, from_memory] {
            assert_eq!(blobs.len(&key).await.unwrap(), Some(size as u64));
            assert!(got(&blobs, &key).await == bytes, "{key}");
        }
    }
    blobs.check().await.unwrap();
    assert_eq!(backend.leftovers(), [""; 0]);
}

async fn a_large_file_without_a_name_is_put_whole<B: Backend>() {
    let backend = B::start().await;
    let blobs = backend.open().await;
    let key = Key::original(id());
    let bytes = pattern(20 * 1024 * 1024 + 1);
    blobs.put_file(&key, file(&bytes), bytes.len() as u64, PNG).await.unwrap();
    assert!(got(&blobs, &key).await == bytes);
    assert_eq!(backend.leftovers(), [""; 0]);
}

async fn a_file_is_stored_from_its_start_to_the_announced_length<B: Backend>() {
    let backend = B::start().await;
    let blobs = backend.open().await;
    let key = Key::original(id());
    let mut source = file(b"announced and more");
    source.read_to_end(&mut Vec::new()).unwrap();
    blobs.put_file(&key, source, 9, PNG).await.unwrap();
    assert_eq!(got(&blobs, &key).await, b"announced");
}

async fn a_source_shorter_than_announced_is_refused<B: Backend>() {
    let backend = B::start().await;
    let blobs = backend.open().await;
    let key = Key::original(id());
    let put = blobs.put_file(&key, file(b"short"), 6, PNG).await;
    assert!(matches!(put, Err(StorageError::Source(_))), "{put:?}");
    assert_eq!(blobs.len(&key).await.unwrap(), None);
}

async fn a_source_that_cannot_be_read_leaves_nothing<B: Backend>() {
    let backend = B::start().await;
    let blobs = backend.open().await;
    let dir = tempfile::tempdir().unwrap();
    for size in [1_000, 20 * 1024 * 1024] {
        let key = Key::original(id());
        let write_only = File::create(dir.path().join("source")).unwrap();
        write_only.set_len(size).unwrap();
        blobs.put_file(&key, write_only, size, PNG).await.unwrap_err();
        assert_eq!(blobs.len(&key).await.unwrap(), None);
        assert_eq!(backend.leftovers(), [""; 0]);
    }
}

async fn a_range_is_cut_at_the_end_of_the_object<B: Backend>() {
    let backend = B::start().await;
    let blobs = backend.open().await;
    let key = Key::original(id());
    blobs.put_bytes(&key, Bytes::from_static(b"0123456789"), PNG).await.unwrap();
    for (range, expected) in [(0..1, "0"), (3..6, "345"), (9..10, "9"), (7..99, "789"), (0..NO_LIMIT, "0123456789")] {
        let blob = blobs.get(&key, Some(range)).await.unwrap();
        assert_eq!(blob.len, 10);
        assert_eq!(blob.bytes(NO_LIMIT).await.unwrap(), expected);
    }
    for range in [3..3, 10..11, 99..100, NO_LIMIT - 1..NO_LIMIT] {
        assert!(matches!(blobs.get(&key, Some(range.clone())).await, Err(StorageError::Range)), "{range:?}");
    }
    assert!(matches!(blobs.get(&Key::original(id()), Some(0..1)).await, Err(StorageError::NotFound)));
}

async fn a_put_replaces_what_was_there<B: Backend>() {
    let backend = B::start().await;
    let blobs = backend.open().await;
    let key = Key::rendition(id(), "320x240.webp").unwrap();
    blobs.put_bytes(&key, Bytes::from_static(b"the first, longer one"), PNG).await.unwrap();
    blobs.put_bytes(&key, Bytes::from_static(b"the second"), PNG).await.unwrap();
    assert_eq!(got(&blobs, &key).await, b"the second");
}

async fn puts_of_one_key_at_once_leave_one_of_them_whole<B: Backend>() {
    let backend = B::start().await;
    let blobs = backend.open().await;
    let key = Key::rendition(id(), "320x240.webp").unwrap();
    let puts = (0..8).map(|number| blobs.put_bytes(&key, vec![number; 500_000].into(), PNG));
    futures_util::future::try_join_all(puts).await.unwrap();
    let bytes = got(&blobs, &key).await;
    assert!(bytes.len() == 500_000 && bytes.iter().all(|byte| *byte == bytes[0]));
}

async fn the_limit_for_bytes_in_memory_holds<B: Backend>() {
    let backend = B::start().await;
    let blobs = backend.open().await;
    let key = Key::original(id());
    blobs.put_bytes(&key, Bytes::from_static(b"0123456789"), PNG).await.unwrap();
    assert_eq!(blobs.get(&key, None).await.unwrap().bytes(10).await.unwrap().len(), 10);
    let refused = blobs.get(&key, None).await.unwrap().bytes(9).await;
    assert!(matches!(refused, Err(StorageError::TooLarge { limit: 9 })));
}

async fn deleting_twice_is_fine<B: Backend>() {
    let backend = B::start().await;
    let blobs = backend.open().await;
    let key = Key::original(id());
    blobs.put_bytes(&key, Bytes::from_static(b"gone soon"), PNG).await.unwrap();
    for _ in 0..2 {
        blobs.delete(&key).await.unwrap();
        assert_eq!(blobs.len(&key).await.unwrap(), None);
    }
}

async fn deleting_a_prefix_deletes_nothing_else<B: Backend>() {
    let backend = B::start().await;
    let blobs = backend.open().await;
    let (image, other) = (id(), id());
    let mut others = vec![Key::original(image), Key::incoming(image)];
    others.push(Key::rendition(other, "a.webp").unwrap());
    let doomed: Vec<Key> = (0..40).map(|n| Key::rendition(image, &format!("{n}.webp")).unwrap()).collect();
    for key in others.iter().chain(&doomed) {
        blobs.put_bytes(key, Bytes::from_static(b"picture"), PNG).await.unwrap();
    }
    assert_eq!(blobs.delete_prefix(&Prefix::renditions(image)).await.unwrap(), 40);
    assert_eq!(blobs.delete_prefix(&Prefix::renditions(image)).await.unwrap(), 0);
    for key in &doomed {
        assert_eq!(blobs.len(key).await.unwrap(), None, "{key}");
    }
    for key in &others {
        assert_eq!(got(&blobs, key).await, b"picture", "{key}");
    }
    blobs.put_bytes(&doomed[0], Bytes::from_static(b"again"), PNG).await.unwrap();
    assert_eq!(got(&blobs, &doomed[0]).await, b"again");
}

async fn a_list_goes_on_where_the_last_one_ended<B: Backend>() {
    let backend = B::start().await;
    let blobs = backend.open().await;
    let image = id();
    let names = ["10.webp", "2.webp", "2-a.webp", "b.jpeg", "a.png"];
    for (image, name) in names.into_iter().map(|name| (image, name)).chain([(id(), "c.png")]) {
        blobs.put_bytes(&Key::rendition(image, name).unwrap(), Bytes::new(), PNG).await.unwrap();
    }
    let prefix = Prefix::renditions(image);
    let mut expected: Vec<String> = names.iter().map(|name| format!("{prefix}{name}")).collect();
    expected.sort_unstable();

    assert_eq!(blobs.list(&prefix, None, 100).await.unwrap(), expected);
    assert_eq!(blobs.list(&prefix, None, 0).await.unwrap(), [""; 0]);
    let mut listed = Vec::new();
    loop {
        let page = blobs.list(&prefix, listed.last().map(String::as_str), 2).await.unwrap();
        let last = page.len() < 2;
        listed.extend(page);
        if last {
            break;
        }
    }
    assert_eq!(listed, expected);
}

async fn what_is_not_there_is_not_found<B: Backend>() {
    let backend = B::start().await;
    let blobs = backend.open().await;
    for key in [Key::original(id()), Key::rendition(id(), "a.webp").unwrap()] {
        assert!(matches!(blobs.get(&key, None).await, Err(StorageError::NotFound)));
        assert_eq!(blobs.len(&key).await.unwrap(), None);
        blobs.delete(&key).await.unwrap();
    }
    let prefix = Prefix::renditions(id());
    assert_eq!(blobs.list(&prefix, None, 10).await.unwrap(), [""; 0]);
    assert_eq!(blobs.delete_prefix(&prefix).await.unwrap(), 0);
}

async fn another_process_sees_the_same_objects<B: Backend>() {
    let backend = B::start().await;
    let (first, second) = (backend.open().await, backend.open().await);
    let key = Key::original(id());
    first.put_bytes(&key, Bytes::from_static(b"shared"), PNG).await.unwrap();
    assert_eq!(got(&second, &key).await, b"shared");
    assert_eq!(got(&backend.open().await, &key).await, b"shared");
}

async fn without_its_storage_it_is_unavailable_and_recovers<B: Backend>() {
    let mut backend = B::start().await;
    let blobs = backend.open().await;
    let (kept, image) = (Key::original(id()), id());
    let rendition = Key::rendition(image, "a.webp").unwrap();
    for key in [&kept, &rendition] {
        blobs.put_bytes(key, Bytes::from_static(b"kept"), PNG).await.unwrap();
    }

    backend.take_away().await;
    let (missing, prefix) = (Key::original(id()), Prefix::renditions(image));
    let reads = futures_util::join!(blobs.get(&kept, None), blobs.get(&missing, None), blobs.len(&missing));
    assert!(unavailable(&reads.0) && unavailable(&reads.1) && unavailable(&reads.2));
    let small = blobs.put_bytes(&missing, Bytes::from_static(b"lost"), PNG);
    let large = blobs.put_file(&missing, file(&pattern(33 * 1024 * 1024)), 33 * 1024 * 1024, PNG);
    let writes = futures_util::join!(small, large, blobs.delete(&kept), blobs.delete_prefix(&prefix));
    assert!(unavailable(&writes.0) && unavailable(&writes.1) && unavailable(&writes.2) && unavailable(&writes.3));
    assert!(unavailable(&blobs.list(&prefix, None, 10).await));
    assert!(unavailable(&blobs.check().await));

    backend.bring_back().await;
    blobs.check().await.unwrap();
    assert_eq!(got(&blobs, &kept).await, b"kept");
    assert_eq!(blobs.list(&prefix, None, 10).await.unwrap(), [rendition.to_string()]);
    assert_eq!(blobs.len(&missing).await.unwrap(), None);
    blobs.put_bytes(&missing, Bytes::from_static(b"stored"), PNG).await.unwrap();
    assert_eq!(got(&blobs, &missing).await, b"stored");
    assert_eq!(backend.leftovers(), [""; 0]);
}

fn id() -> Uuid {
    Uuid::now_v7()
}

/// Bytes that differ from those of every other chunk and part.
fn pattern(size: usize) -> Vec<u8> {
    (0..size.div_ceil(8) as u64).flat_map(u64::to_le_bytes).take(size).collect()
}

/// A file without a name, with the cursor at its end.
fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

async fn got(blobs: &Blobs, key: &Key) -> Vec<u8> {
    let blob = blobs.get(key, None).await.unwrap();
    let len = blob.len;
    let bytes = blob.bytes(NO_LIMIT).await.unwrap();
    assert_eq!(bytes.len() as u64, len);
    bytes.into()
}

fn unavailable<T>(outcome: &Result<T, StorageError>) -> bool {
    matches!(outcome, Err(StorageError::Unavailable(_)))
}
