//! The storages that the contract runs over, and how to take each of them away.

use std::fs;
use std::path::{Path, PathBuf};

use image_manager::config;
use image_manager::storage::Blobs;
use tempfile::TempDir;

use crate::support::s3::S3Server;

/// A storage that can be taken away and brought back.
pub trait Backend {
    async fn start() -> Self;
    /// Opens the storage anew, like a second process.
    async fn open(&self) -> Blobs;
    async fn take_away(&mut self);
    async fn bring_back(&mut self);
    /// What an unfinished put leaves: temporary files, parts.
    fn leftovers(&self) -> Vec<String>;
    /// The directory that the folders are in.
    fn root(&self) -> PathBuf;
}

pub struct Disk(TempDir);

impl Backend for Disk {
    async fn start() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    async fn open(&self) -> Blobs {
        Blobs::open(&config::Storage::Disk { root: self.0.path().join("files") }).await.unwrap()
    }

    async fn take_away(&mut self) {
        fs::rename(self.0.path().join("files"), self.0.path().join("away")).unwrap();
    }

    async fn bring_back(&mut self) {
        fs::rename(self.0.path().join("away"), self.0.path().join("files")).unwrap();
    }

    fn leftovers(&self) -> Vec<String> {
        names(&self.root().join("tmp"), "")
    }

    fn root(&self) -> PathBuf {
        self.0.path().join("files")
    }
}

/// A disk in whose place something else stands.
pub struct DiskMadeAFile(Disk);

impl Backend for DiskMadeAFile {
    async fn start() -> Self {
        Self(Disk::start().await)
    }

    async fn open(&self) -> Blobs {
        self.0.open().await
    }

    async fn take_away(&mut self) {
        self.0.take_away().await;
        fs::write(self.0.0.path().join("files"), "in the way").unwrap();
    }

    async fn bring_back(&mut self) {
        fs::remove_file(self.0.0.path().join("files")).unwrap();
        self.0.bring_back().await;
    }

    fn leftovers(&self) -> Vec<String> {
        self.0.leftovers()
    }

    fn root(&self) -> PathBuf {
        self.0.root()
    }
}

impl Backend for S3Server {
    async fn start() -> Self {
        Self::start()
    }

    async fn open(&self) -> Blobs {
        Blobs::open(&config::Storage::S3(self.settings())).await.unwrap()
    }

    async fn take_away(&mut self) {
        self.stop().await;
    }

    async fn bring_back(&mut self) {
        self.resume().await;
    }

    fn leftovers(&self) -> Vec<String> {
        let mut left = names(self.dir(), ".upload");
        left.extend(names(self.dir(), ".tmp"));
        left
    }

    fn root(&self) -> PathBuf {
        self.bucket()
    }
}

/// A server that answers, without the bucket.
pub struct S3WithoutBucket(S3Server);

impl Backend for S3WithoutBucket {
    async fn start() -> Self {
        Self(S3Server::start())
    }

    async fn open(&self) -> Blobs {
        self.0.open().await
    }

    async fn take_away(&mut self) {
        fs::rename(self.0.bucket(), self.0.dir().join("away")).unwrap();
    }

    async fn bring_back(&mut self) {
        // A put into nowhere makes s3s-fs make the bucket.
        drop(fs::remove_dir_all(self.0.bucket()));
        fs::rename(self.0.dir().join("away"), self.0.bucket()).unwrap();
    }

    fn leftovers(&self) -> Vec<String> {
        self.0.leftovers()
    }

    fn root(&self) -> PathBuf {
        self.0.bucket()
    }
}

/// The names in `dir` that begin so.
fn names(dir: &Path, beginning: &str) -> Vec<String> {
    let names = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with(beginning)).collect()
}
