//! Files that others read while we write them: written beside, then renamed into place.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Creates a folder, and those above it, that only its owner may enter. One that is there already is
/// closed to others.
///
/// # Errors
/// The system's.
pub fn private_folder(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

/// Replaces a file in one step, readable by its owner only. A reader sees the old text or the new one.
///
/// # Errors
/// The system's.
pub fn private_file(path: &Path, text: &str) -> io::Result<()> {
    replace(path, text, 0o600)
}

/// Replaces a file in one step, readable by everybody.
///
/// # Errors
/// The system's.
pub fn public_file(path: &Path, text: &str) -> io::Result<()> {
    replace(path, text, 0o644)
}

fn replace(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".new");
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&draft)?;
    let replaced = file.write_all(text.as_bytes()).and_then(|()| fs::rename(&draft, path));
    if replaced.is_err() {
        // Half of it would keep a full disk full. What went wrong is told, whether or not it can be removed.
        let _ = fs::remove_file(&draft);
    }
    replaced
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::private_file;

    #[test]
    fn what_cannot_be_replaced_leaves_no_draft() {
        let folder = std::env::temp_dir().join(format!("spillway-replace-{}", std::process::id()));
        let names =
            || fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
        // A file cannot be renamed to where a folder is.
        let path = folder.join("file");
        fs::create_dir_all(&path).unwrap();
        private_file(&path, "text").unwrap_err();
        assert_eq!(names(), ["file"]);
        fs::remove_dir(&path).unwrap();
        private_file(&path, "text").unwrap();
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), names()), ("text", vec!["file".into()]));
        fs::remove_dir_all(&folder).unwrap();
    }
}
