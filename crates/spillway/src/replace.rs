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
    file.write_all(text.as_bytes())?;
    fs::rename(&draft, path)
}
