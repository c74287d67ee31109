//! `image-manager import`: a folder of this machine, taken in by the real program.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::crash::home::Home;
use crate::support::client::{Client, PASSWORD};
use crate::support::pictures;

/// A home with ada in it.
async fn home() -> Home {
    let home = Home::new().await;
    let program = home.start(None).await;
    Client::new(&program.url).register("ada").await;
    program.kill().await;
    home
}

/// What the program said, and whether it was content.
async fn import(home: &Home, folder: &Path, user: &str) -> (String, bool) {
    let output = home.command().arg("import").arg(folder).args(["--user", user]).output().await.unwrap();
    let said = [output.stdout, output.stderr].concat();
    (String::from_utf8(said).unwrap(), output.status.success())
}

async fn images(home: &Home) -> Value {
    let program = home.start(None).await;
    let mut ada = Client::new(&program.url);
    ada.login("ada", PASSWORD).await;
    let order =
        "{ images(first: 100, orderBy: { field: FILENAME, direction: ASC }) { totalCount nodes { filename } } }";
    let images = ada.query(order).await.data("images");
    program.kill().await;
    images
}

fn write(folder: &TempDir, name: &str, bytes: &[u8]) {
    let path = folder.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn a_tree_is_taken_in_once_and_what_was_refused_is_told() {
    let (home, folder) = (home().await, tempfile::tempdir().unwrap());
    write(&folder, "a.jpg", &pictures::jpeg(64, 48));
    write(&folder, "2019/summer/b.png", &pictures::png(64, 48));
    write(&folder, "2019/summer/copy of a.jpg", &pictures::jpeg(64, 48));
    write(&folder, "notes\u{1b}[2J.txt", b"no picture");
    write(&folder, ".thumbnails/c.jpg", &pictures::jpeg(20, 20));
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link.jpg")).unwrap();

    let (said, content) = import(&home, folder.path(), "ada").await;
    assert!(said.contains("2 taken in, 1 there already, 1 refused"), "{said}");
    assert!(said.contains("notes\\u{1b}[2J.txt: The file is of another type (text)"), "{said}");
    assert!(said.contains("1 refused: The file is of another type"), "{said}");
    assert!(!content);
    std::fs::remove_file(folder.path().join("notes\u{1b}[2J.txt")).unwrap();
    let (said, content) = import(&home, folder.path(), "ADA@example.org").await;
    assert!(said.contains("0 taken in, 3 there already, 0 refused"), "{said}");
    assert!(content);
    let images = images(&home).await;
    // Of two files with the same bytes whichever was faster.
    assert_eq!(images["totalCount"], 2);
    assert!(images["nodes"].as_array().unwrap().contains(&json!({ "filename": "b.png" })), "{images}");
}

#[tokio::test]
async fn an_import_that_was_killed_goes_on_where_it_was() {
    let (home, folder) = (home().await, tempfile::tempdir().unwrap());
    for number in 0..40 {
        write(&folder, &format!("{number}.jpg"), &pictures::jpeg_of(number, 600, 400));
    }
    let mut first = home.command().arg("import").arg(folder.path()).args(["--user", "ada"]).spawn().unwrap();
    let originals = home.config.data_dir.join("files/originals");
    while crate::support::rows::files(&originals).len() < 5 {
        tokio::task::yield_now().await;
    }
    first.kill().await.unwrap();
    // What the dead one left PENDING is waited for only as long as somebody else could be at it.
    let (said, _) = import(&home, folder.path(), "ada").await;
    assert_eq!(images(&home).await["totalCount"], 40, "{said}");
}

#[tokio::test]
async fn it_runs_beside_a_server_and_says_what_it_cannot_do() {
    let (home, folder) = (home().await, tempfile::tempdir().unwrap());
    write(&folder, "a.jpg", &pictures::jpeg(64, 48));
    let program = home.start(None).await;
    let (said, content) = import(&home, folder.path(), "ada").await;
    assert!(content && said.contains("1 taken in"), "{said}");
    let mut ada = Client::new(&program.url);
    ada.login("ada", PASSWORD).await;
    assert_eq!(ada.query("{ images { totalCount } }").await.data("images")["totalCount"], 1);

    let (said, content) = import(&home, folder.path(), "nobody").await;
    assert!(!content && said.contains("no account called \"nobody\""), "{said}");
    let (said, content) = import(&home, &folder.path().join("nowhere"), "ada").await;
    assert!(!content && said.contains("is no folder"), "{said}");
}
