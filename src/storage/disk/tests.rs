//! What only the disk does.

use std::os::unix::fs::PermissionsExt;

use super::*;

const ID: Uuid = Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_00ab);

fn names(dir: &Path) -> Vec<String> {
    fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test]
async fn objects_fan_out_by_the_end_of_their_id_and_only_the_owner_may_read_them() {
    let root = tempfile::tempdir().unwrap();
    let disk = Disk::open(root.path().join("data/files")).await.unwrap();
    disk.put_bytes(&Key::original(ID), Bytes::from_static(b"picture"), "image/png").await.unwrap();

    let mut path = root.path().join("data/files/originals/ab/019800000000700080000000000000ab");
    assert_eq!(fs::read(&path).unwrap(), b"picture");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    while path.pop() && path != root.path() {
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700, "{}", path.display());
    }
}

#[tokio::test]
async fn a_put_that_fails_leaves_nothing_behind() {
    let root = tempfile::tempdir().unwrap();
    let disk = Disk::open(root.path().to_owned()).await.unwrap();
    let failed = disk.store(&Key::original(ID), |file| {
        file.write_all(b"half")?;
        Err(io::ErrorKind::StorageFull.into())
    });
    assert!(matches!(failed, Err(StorageError::Unavailable(_))));
    assert_eq!(names(&root.path().join(TEMPORARY)), [""; 0]);
    assert_eq!(disk.len(&Key::original(ID)).await.unwrap(), None);
}

#[tokio::test]
async fn deleting_the_renditions_of_an_image_removes_their_directory() {
    let root = tempfile::tempdir().unwrap();
    let disk = Disk::open(root.path().to_owned()).await.unwrap();
    disk.put_bytes(&Key::rendition(ID, "a.webp").unwrap(), Bytes::new(), "image/webp").await.unwrap();
    assert_eq!(disk.delete_prefix(&Prefix::renditions(ID)).await.unwrap(), 1);
    assert_eq!(names(&root.path().join("renditions/ab")), [""; 0]);
}

#[tokio::test]
async fn an_unmounted_volume_is_not_written_to() {
    let root = tempfile::tempdir().unwrap();
    let disk = Disk::open(root.path().join("files")).await.unwrap();
    fs::rename(root.path().join("files"), root.path().join("volume")).unwrap();
    fs::create_dir(root.path().join("files")).unwrap();

    let put = disk.put_bytes(&Key::original(ID), Bytes::new(), "image/png").await;
    assert!(matches!(put, Err(StorageError::Unavailable(_))));
    assert!(matches!(disk.len(&Key::original(ID)).await, Err(StorageError::Unavailable(_))));
    assert_eq!(names(&root.path().join("files")), [""; 0]);
}
