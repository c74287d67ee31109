//! Puts the web client into `$OUT_DIR/dist`: the real one in release builds, in other builds a page that says how to
//! get it, so that checking, linting and testing the server stay quick and need no Node.
//!
//! `WEB_CLIENT=build` builds the real one in every profile, `WEB_CLIENT=skip` in none.
#![expect(clippy::print_stderr, reason = "a build script talks to cargo")]

#[path = "../xtask/src/npm.rs"]
mod npm;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

/// What the client is made from, beside `tsconfig*.json`; folders are watched with all that is in them.
const SOURCES: &[&str] = &[
    "src",
    "public",
    "index.html",
    "graphiql.html",
    "package.json",
    "package-lock.json",
    "postcss.config.cjs",
    "vite.config.ts",
    "../schema.graphql",
];

/// Writes a .gz and a .br beside each file that gets smaller by it. Node has both compressors.
const COMPRESS: &str = r"
const { readdirSync, readFileSync, statSync, writeFileSync } = require('node:fs');
const { brotliCompressSync, gzipSync } = require('node:zlib');
const folder = process.argv[1];
for (const name of readdirSync(folder, { recursive: true })) {
  const path = `${folder}/${name}`;
  if (!statSync(path).isFile()) continue;
  const plain = readFileSync(path);
  const encodings = { br: brotliCompressSync(plain), gz: gzipSync(plain, { level: 9 }) };
  for (const [suffix, bytes] of Object.entries(encodings)) {
    if (bytes.length < plain.length * 0.9) writeFileSync(`${path}.${suffix}`, bytes);
  }
}";

const PLACEHOLDER: &str = r#"<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="color-scheme" content="light dark">
    <title>Image Manager</title>
  </head>
  <body>
    <h1>The server is running, without its web client</h1>
    <p>This binary was built without it, as debug builds are. The API at <code>/graphql</code> works. To get the client:</p>
    <ul>
      <li><code>cargo run --release</code> builds it in, and so does <code>WEB_CLIENT=build cargo run</code>;</li>
      <li><code>npm run dev</code> in <code>frontend/</code> serves it at <code>http://localhost:5173</code>, on top of this server.</li>
    </ul>
  </body>
</html>
"#;

fn main() {
    println!("cargo::rerun-if-env-changed=WEB_CLIENT");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../xtask/src/npm.rs");
    println!("cargo::rustc-check-cfg=cfg(web_client_built)");
    if let Err(message) = embed() {
        println!("cargo::error={message}");
    }
}

fn embed() -> Result<(), String> {
    let frontend = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let dist = Path::new(&variable("OUT_DIR")?).join("dist");
    match fs::remove_dir_all(&dist) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(format!("{}: {error}", dist.display())),
        _ => {}
    }
    if !is_wanted()? {
        return write_placeholder(&dist).map_err(|error| format!("{}: {error}", dist.display()));
    }
    watch_sources(&frontend);
    build(&frontend, &dist)?;
    println!("cargo::rustc-cfg=web_client_built");
    Ok(())
}

fn is_wanted() -> Result<bool, String> {
    match env::var("WEB_CLIENT").as_deref() {
        Ok("build") => Ok(true),
        Ok("skip") => Ok(false),
        Ok("") | Err(_) => Ok(variable("PROFILE")? == "release"),
        Ok(other) => Err(format!("WEB_CLIENT is {other:?}; it may be `build` or `skip`")),
    }
}

/// GraphiQL is a part of the client, so its address gets the page as well.
fn write_placeholder(dist: &Path) -> io::Result<()> {
    fs::create_dir_all(dist)?;
    fs::write(dist.join("index.html"), PLACEHOLDER)?;
    fs::write(dist.join("graphiql.html"), PLACEHOLDER)
}

fn build(frontend: &Path, dist: &Path) -> Result<(), String> {
    npm::check_node().map_err(|problem| format!("{problem}. Without it: WEB_CLIENT=skip leaves the web client out"))?;
    if !npm::is_current(frontend) {
        run(&mut npm::install(frontend))?;
        npm::mark_current(frontend).map_err(|error| format!("frontend/node_modules: {error}"))?;
    }
    run(npm::npm(frontend).args(["run", "build", "--", "--emptyOutDir", "--outDir"]).arg(dist))?;
    run(Command::new("node").args(["-e", COMPRESS]).arg(dist))
}

/// Runs a command; what it printed is shown only when it fails, for cargo reads this program's output.
fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().display().to_string();
    let output = command.output().map_err(|error| format!("{program} did not start: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    eprintln!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let arguments: Vec<_> = command.get_args().take(2).map(|argument| argument.display().to_string()).collect();
    Err(format!(
        "`{program} {}` ended with {} (its output is below). To build without the web client: WEB_CLIENT=skip",
        arguments.join(" "),
        output.status
    ))
}

/// A path that is not there would make cargo run this every time.
fn watch_sources(frontend: &Path) {
    let configs = fs::read_dir(frontend).into_iter().flatten().flatten().map(|entry| entry.file_name());
    let configs = configs.filter_map(|name| name.into_string().ok().filter(|name| name.starts_with("tsconfig")));
    for source in SOURCES.iter().map(|&name| name.to_owned()).chain(configs) {
        if frontend.join(&source).exists() {
            println!("cargo::rerun-if-changed={source}");
        }
    }
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("cargo did not set {name}"))
}
