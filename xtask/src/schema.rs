//! `cargo xtask schema`: the committed SDL, written from the code.

use std::path::Path;

use crate::process::{self, Problem};
use crate::workspace;

/// Writes `schema.graphql`; nothing is touched when the server does not build.
pub fn write(root: &Path) -> Result<(), Problem> {
    let sdl =
        process::output(workspace::cargo(root).args(["run", "--quiet", "--bin", "image-manager", "--", "schema"]))?;
    std::fs::write(root.join("schema.graphql"), sdl)?;
    println!("schema.graphql written");
    Ok(())
}
