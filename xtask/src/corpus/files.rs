//! The files of a folder tree.

use std::io;
use std::path::Path;

/// The names of all files below `folder`, relative to it and with `/`, sorted.
pub fn below(folder: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    collect(folder, "", &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, prefix: &str, found: &mut Vec<String>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        // Links are not followed: a tree of them need not end.
        let kind = entry.file_type()?;
        if kind.is_dir() {
            collect(&entry.path(), &format!("{name}/"), found)?;
        } else if kind.is_file() {
            found.push(name);
        }
    }
    Ok(())
}

/// The name within the folder called `folder`; None where the file is in none.
pub fn within<'a>(name: &'a str, folder: &str) -> Option<&'a str> {
    let (parents, file) = name.rsplit_once('/')?;
    (parents.rsplit('/').next()? == folder).then_some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_relative_to_the_folder_and_sorted() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("b/c")).unwrap();
        for name in ["b/c/2.png", "b/1.png", "a.gif"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(below(folder.path()).unwrap(), ["a.gif", "b/1.png", "b/c/2.png"]);
    }

    #[test]
    fn a_file_is_in_the_folder_right_above_it() {
        assert_eq!(within("odd/pngsuite/x.png", "pngsuite"), Some("x.png"));
        assert_eq!(within("pngsuite/more/x.png", "pngsuite"), None);
        assert_eq!(within("x.png", "pngsuite"), None);
    }
}
