//! The real program at its start: the line that says where to click, where it keeps its data, and what it refuses.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// With nothing set but these. SQLite, whatever the suite runs on.
fn program(dir: &Path, settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_image-manager"));
    command.current_dir(dir).env_clear().envs(settings.iter().copied());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// Starts it, and waits for its first line.
async fn serve(dir: &Path, settings: &[(&str, &str)]) -> (Child, String) {
    let mut child = program(dir, settings).env("LISTEN_ADDR", "127.0.0.1:0").spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines.next_line().await.unwrap();
    (child, line.expect("the program ended without a line"))
}

/// What it says when it does not start.
async fn refused(dir: &Path, argument: &str, settings: &[(&str, &str)]) -> String {
    let output = program(dir, settings).arg(argument).output().await.unwrap();
    assert!(!output.status.success(), "{settings:?}");
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(told.lines().count(), 1, "{told}");
    told
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).permissions().mode() & 0o777
}

#[tokio::test]
async fn the_first_line_says_where_to_click_whatever_is_logged() {
    let dir = tempfile::tempdir().unwrap();
    let (mut child, line) = serve(dir.path(), &[("RUST_LOG", "off"), ("PUBLIC_URL", "https://pictures.example")]).await;
    assert_eq!(line, "Image Manager is ready: open https://pictures.example/");
    child.kill().await.unwrap();
}

#[tokio::test]
async fn data_in_a_directory_of_any_name_is_its_owners_alone() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["a b", "50% off?#1", "ä[1]^|`{x}\\", "data"] {
        for command in ["serve", "migrate"] {
            let name = format!("{command} {name}");
            if command == "serve" {
                serve(dir.path(), &[("DATA_DIR", &name)]).await.0.kill().await.unwrap();
            } else {
                let migrated = program(dir.path(), &[("DATA_DIR", &name)]).arg("migrate").output().await.unwrap();
                assert!(migrated.status.success(), "{migrated:?}");
            }
            let data = dir.path().join(&name);
            assert_eq!(mode(&data), 0o700, "{name}");
            assert_eq!(mode(&data.join("image-manager.db")), 0o600, "{name}");
        }
    }
    // Nothing went elsewhere.
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 8);
}

#[tokio::test]
async fn a_database_file_that_everybody_may_read_is_closed_and_nothing_else_is() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("image-manager.db");
    std::fs::write(&file, "").unwrap();
    for (path, open) in [(file.as_path(), 0o644), (dir.path(), 0o755)] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(open)).unwrap();
    }
    let migrated = program(dir.path(), &[("DATA_DIR", ".")]).arg("migrate").output().await.unwrap();
    assert!(migrated.status.success(), "{migrated:?}");
    assert_eq!((mode(&file), mode(dir.path())), (0o600, 0o755));
}

#[tokio::test]
async fn one_program_a_data_directory_also_for_migrations() {
    let dir = tempfile::tempdir().unwrap();
    let (mut child, _) = serve(dir.path(), &[]).await;
    for command in ["migrate", "serve"] {
        let told = refused(dir.path(), command, &[("LISTEN_ADDR", "127.0.0.1:0")]).await;
        assert!(told.contains("is in use by another Image Manager"), "{told}");
    }
    child.kill().await.unwrap();
}

#[tokio::test]
async fn a_database_that_cannot_be_is_one_clear_line_without_its_password() {
    let dir = tempfile::tempdir().unwrap();
    for (url, why) in [
        ("sqlite::memory:", "must name a file"),
        ("sqlite://:memory:", "must name a file"),
        ("sqlite://x.db?mode=memory", "must name a file"),
        ("sqlite://", "must name a file"),
        (":memory:", "must begin with"),
        ("postgres://ada:tiger@localhost:port/x", "is not a URL"),
    ] {
        let told = refused(dir.path(), "migrate", &[("DATABASE_URL", url), ("SECRET_KEY", &"x".repeat(32))]).await;
        assert!(told.contains("DATABASE_URL") && told.contains(why) && !told.contains("tiger"), "{url}: {told}");
    }
}
