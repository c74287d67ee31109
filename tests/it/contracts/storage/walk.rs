//! The walk over all objects of a folder.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::PathBuf;

use bytes::Bytes;
use image_manager::clock::Clock;
use image_manager::storage::{Blobs, Folder, FoundKey, Key, Prefix};
use uuid::Uuid;

use super::backends::{Backend, Disk};
use super::{PNG, id};
use crate::support::s3::S3Server;

contract! {
    every_object_of_a_folder_is_found_once
    a_name_that_nobody_here_made_is_found_without_a_key
    a_walk_goes_on_where_everything_so_far_was_deleted
    an_empty_folder_has_one_empty_page
    a_page_is_bounded
}

async fn every_object_of_a_folder_is_found_once<B: Backend>() {
    let backend = B::start().await;
    let blobs = backend.open().await;
    let mut expected: HashMap<Folder, HashMap<Key, u64>> = HashMap::new();
    let began = Clock::default().now();
    // In three directories, four in each.
    let images: Vec<Uuid> =
        (0..12_u128).map(|n| Uuid::from_u128((0x0198_1234 << 96) + 256 * (n / 3) + n % 3)).collect();
    for (number, image) in images.into_iter().enumerate() {
        let mut keys = vec![Key::original(image), Key::incoming(image)];
        keys.extend((0..number % 4).map(|name| Key::rendition(image, &format!("{name}.webp")).unwrap()));
        for (more, key) in keys.into_iter().enumerate() {
            let len = 10 * number + more;
            blobs.put_bytes(&key, vec![0; len].into(), PNG).await.unwrap();
            expected.entry(key.folder()).or_default().insert(key, len as u64);
        }
    }
    let ended = Clock::default().now();
    for folder in Folder::ALL {
        for limit in [1, 4, 5, 100] {
            let found = walk(&blobs, folder, limit).await;
            assert_eq!(found.len(), expected[&folder].len());
            for object in found {
                // S3 knows the second.
                assert!(object.modified.0 / 1000 >= began.0 / 1000 && object.modified <= ended, "{object:?}");
                let key = object.key.clone().unwrap();
                assert_eq!((object.id(), Some(&object.len)), (Some(key.id()), expected[&folder].get(&key)));
            }
        }
    }
}

async fn a_name_that_nobody_here_made_is_found_without_a_key<B: Backend>() {
    let backend = B::start().await;
    let blobs = backend.open().await;
    let (ours, image) = (Key::original(id()), id().simple().to_string());
    blobs.put_bytes(&ours, Bytes::from_static(b"ours"), PNG).await.unwrap();
    let foreign = [
        "originals/00-note.txt".to_owned(),
        "originals/zz/deeper/down/note".to_owned(),
        format!("originals/{}/{}", &image[30..], image.to_uppercase().replace('7', "A")),
        // An image of ours, but where nobody would find it.
        format!("originals/nowhere/{image}"),
    ];
    for name in &foreign {
        foreign_file(&backend, name);
    }
    let found = walk(&blobs, Folder::Originals, 2).await;
    let (with, without): (Vec<FoundKey>, Vec<FoundKey>) = found.into_iter().partition(|object| object.key.is_some());
    assert_eq!(with.iter().map(|object| object.key.clone().unwrap()).collect::<Vec<_>>(), [ours]);
    assert!(without.iter().all(|object| object.id().is_none() && object.len == 7));
    let names: HashSet<String> = without.into_iter().map(|object| object.name).collect();
    assert_eq!(names, foreign.into_iter().collect());
}

async fn a_walk_goes_on_where_everything_so_far_was_deleted<B: Backend>() {
    let backend = B::start().await;
    let blobs = backend.open().await;
    let images: Vec<Uuid> = (0..6).map(|_| id()).collect();
    for image in &images {
        for name in ["a.webp", "b.webp"] {
            blobs.put_bytes(&Key::rendition(*image, name).unwrap(), Bytes::new(), PNG).await.unwrap();
        }
    }
    let (mut seen, mut after) = (HashSet::new(), None);
    loop {
        let page = blobs.list_all(Folder::Renditions, after.as_deref(), 2).await.unwrap();
        for object in &page.keys {
            let image = object.id().unwrap();
            seen.insert(image);
            blobs.delete_prefix(&Prefix::renditions(image)).await.unwrap();
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, images.into_iter().collect());
    assert_eq!(walk(&blobs, Folder::Renditions, 10).await, []);
}

async fn an_empty_folder_has_one_empty_page<B: Backend>() {
    let backend = B::start().await;
    let blobs = backend.open().await;
    blobs.put_bytes(&Key::original(id()), Bytes::new(), PNG).await.unwrap();
    let page = blobs.list_all(Folder::Incoming, None, 10).await.unwrap();
    assert!(page.keys.is_empty() && page.next.is_none());
}

async fn a_page_is_bounded<B: Backend>() {
    let backend = B::start().await;
    let blobs = backend.open().await;
    for number in 0..1001 {
        foreign_file(&backend, &format!("incoming/{:02x}/{number}", number % 7));
    }
    for (limit, expected) in [(0, 1), (1, 1), (1000, 1000), (usize::MAX, 1000)] {
        let page = blobs.list_all(Folder::Incoming, None, limit).await.unwrap();
        assert_eq!((page.keys.len(), page.next.is_some()), (expected, true));
    }
    let first = blobs.list_all(Folder::Incoming, None, 1000).await.unwrap();
    let last = blobs.list_all(Folder::Incoming, first.next.as_deref(), 1000).await.unwrap();
    assert_eq!((last.keys.len(), last.next), (1, None));
}

/// All of it, every page but the last as long as was asked for.
async fn walk(blobs: &Blobs, folder: Folder, limit: usize) -> Vec<FoundKey> {
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = blobs.list_all(folder, after.as_deref(), limit).await.unwrap();
        assert!(page.keys.len() == limit || (page.next.is_none() && page.keys.len() < limit));
        found.extend(page.keys);
        after = page.next;
        if after.is_none() {
            return found;
        }
    }
}

fn foreign_file(backend: &impl Backend, name: &str) {
    let path: PathBuf = backend.root().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, "foreign").unwrap();
}
