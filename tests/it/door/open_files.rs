//! The real program with hardly any open files left to it.

use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

use super::raw::{HEALTH, Raw};
use crate::support::app::eventually;

/// With the limits of `ulimit`, and its address. It serves when this returns.
async fn start(ulimit: &str, dir: &Path) -> (Child, String) {
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let mut program = Command::new("sh")
        .args(["-c", &format!("ulimit {ulimit}; exec \"$0\""), env!("CARGO_BIN_EXE_image-manager")])
        .current_dir(dir)
        .env_clear()
        .env("LISTEN_ADDR", &address)
        .env("RUST_LOG", "image_manager=debug")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    assert!(lines.next_line().await.unwrap().is_some_and(|line| line.contains("is ready")));
    (program, address)
}

#[tokio::test]
async fn a_server_without_open_files_left_waits_for_some_and_does_not_spin() {
    let dir = tempfile::tempdir().unwrap();
    let (mut program, address) = start("-n 64", dir.path()).await;
    let mut many = Vec::new();
    for _ in 0..100 {
        many.push(Raw::to(&address).await);
    }
    // Those that it has taken in by now are answered.
    assert_eq!(many[0].ask(HEALTH).await, Some(200));
    let mut log = BufReader::new(program.stderr.take().unwrap());
    let mut told = String::new();
    while !told.contains("no connection can be taken in") {
        assert_ne!(log.read_line(&mut told).await.unwrap(), 0, "{told}");
    }
    assert!(told.contains("fewer files may be open than MAX_CONNECTIONS"), "{told}");
    many.clear();
    eventually("an answer", || async { Raw::to(&address).await.ask(HEALTH).await }).await;
    program.kill().await.unwrap();
    log.read_to_string(&mut told).await.unwrap();
    let complaints = told.matches("no connection can be taken in").count();
    assert!(complaints < 50, "it complained {complaints} times");
}

#[tokio::test]
async fn the_soft_limit_of_open_files_is_raised() {
    let dir = tempfile::tempdir().unwrap();
    let (mut program, address) = start("-Sn 64", dir.path()).await;
    let mut many = Vec::new();
    for _ in 0..100 {
        let mut one = Raw::to(&address).await;
        assert_eq!(one.ask(HEALTH).await, Some(200));
        many.push(one);
    }
    program.kill().await.unwrap();
}
