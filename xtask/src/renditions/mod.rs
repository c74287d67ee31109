//! `cargo xtask renditions DIR`: the pictures of a folder tree go through the real server, and several renditions of each
//! are held against those that sharp makes of the same file, pixel by pixel. It fails where they differ by more than what
//! the format loses, where a rendition has not the type and the size that its answer has promised, and where there is
//! anything in its file but the picture.
//!
//! `wanted` is what is asked for, `parts` takes a file apart, `sharp` is the independent eye, and `report` what is printed.

mod parts;
mod report;
mod sharp;
mod wanted;

use std::net::SocketAddr;
use std::path::Path;

use serde_json::json;

use crate::application::{self, Application};
use crate::corpus::{self, api, files};
use crate::process::{self, Problem};
use api::{Account, Outcome};
use report::{Compared, Line};
use wanted::Promised;

/// Folders of good pictures.
const GOOD: [&str; 3] = ["photos", "pngsuite", "orientation"];

/// Uploads to the server at `url`, or to the debug server on an empty data directory.
pub fn run(root: &Path, folder: &Path, url: Option<&str>) -> Result<(), Problem> {
    process::watch_signals()?;
    let names = files::below(folder)?;
    if names.is_empty() {
        return Err(Problem::Failed(format!("there is no file in {}", folder.display())));
    }
    sharp::install(root)?;
    if let Some(url) = url {
        return look(root, folder, names, corpus::address_of(url)?);
    }
    let binary = application::build(root, false)?;
    // What is refused for being too many is not tested.
    let application = Application::start(&binary, &[("RATE_LIMIT", "0"), ("LOG_FORMAT", "json")])?;
    look(root, folder, names, application.address).and_then(|()| application.clean_log())
}

fn look(root: &Path, folder: &Path, names: Vec<String>, address: SocketAddr) -> Result<(), Problem> {
    let account = Account::register(address)?;
    let uploaded = corpus::upload(folder, names, &account)?;
    let mut eye = sharp::Eye::open(root)?;
    let kept = tempfile::tempdir()?;
    let (mut lines, mut faults) = (Vec::new(), Vec::new());
    for file in &uploaded {
        // What is refused, and rightly so, is a matter of `corpus`.
        let Outcome::Accepted { id, .. } = &file.outcome else { continue };
        if process::interrupted() {
            return Err(Problem::Interrupted);
        }
        let answer = account.ask(&wanted::query(), &json!({ "id": id }))?;
        let Some(promises) = wanted::promised(&answer) else {
            faults.push(format!("{}: no renditions: {answer}", file.name));
            continue;
        };
        let mut compared = Vec::new();
        for (wanted, promised) in wanted::ALL.iter().zip(promises) {
            let path = kept.path().join("rendition");
            let result = made(&account, &promised, &path).and_then(|()| {
                let (original, rendition) = (folder.join(&file.name), path.display().to_string());
                eye.compare(&wanted::job(wanted, &promised, &original.display().to_string(), &rendition))
            });
            let bound = if is_good(&file.name) { wanted::BOUND } else { f64::INFINITY };
            if let Some(fault) = report::fault(&result, bound) {
                faults.push(format!("{}, {}: {fault}", file.name, wanted.name));
            }
            compared.push(Compared { size: (promised.width, promised.height), result });
        }
        lines.push(Line { name: file.name.clone(), compared });
    }
    if lines.is_empty() {
        return Err(Problem::Failed("the server has accepted none of the files".to_owned()));
    }
    print!("{}", report::table(&lines));
    println!("{}", report::totals(&lines));
    if faults.is_empty() { Ok(()) } else { Err(Problem::Failed(format!("\n  {}", faults.join("\n  ")))) }
}

/// Pictures of which there are no two opinions. Of those that are odd or broken, the two may see different things; they are
/// in the table, and their renditions have to be well made all the same.
fn is_good(name: &str) -> bool {
    GOOD.iter().any(|folder| files::within(name, folder).is_some())
}

/// Fetches a rendition to `path`. The error says what is not as it was promised, or what else is in it.
fn made(account: &Account, promised: &Promised, path: &Path) -> Result<(), String> {
    let (content_type, bytes) = account.fetch_with_type(&promised.url).map_err(|problem| problem.to_string())?;
    let found = parts::look(&bytes)?;
    if content_type != promised.content_type {
        return Err(format!("it was sent as {content_type}, and promised as {}", promised.content_type));
    }
    if (found.content_type, found.width, found.height)
        != (promised.content_type.as_str(), promised.width, promised.height)
    {
        let Promised { content_type, width, height, .. } = promised;
        return Err(format!("{found:?} where {content_type} of {width} × {height} was promised"));
    }
    std::fs::write(path, bytes).map_err(|error| error.to_string())
}
