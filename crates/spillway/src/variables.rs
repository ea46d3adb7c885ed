//! The variables that `os.environ/NAME` is looked up in: those of this process, and a folder of files that are named like
//! variables, as Docker and Kubernetes mount secrets.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

/// A larger file is no key.
const MOST_BYTES: u64 = 64 << 10;
/// A folder with more than these holds something else than secrets.
const MOST_FILES: usize = 1_000;

/// Where values are.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    folder: Option<PathBuf>,
}

impl Variables {
    /// The variables of this process only.
    pub fn of_this_process() -> Self {
        Self::default()
    }

    /// Also the files of a folder, which need not exist.
    pub fn with_files(folder: PathBuf) -> Self {
        Self { folder: Some(folder) }
    }

    /// The value of a variable: the process's own, else what its file holds without the line break at its end.
    pub fn get(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().or_else(|| self.read(name))
    }

    /// The files as they are now, in order.
    pub fn files(&self) -> Vec<PathBuf> {
        let entries = self.folder.as_ref().and_then(|folder| std::fs::read_dir(folder).ok());
        let names = entries.into_iter().flatten().flatten();
        let mut files: Vec<PathBuf> = names
            .filter(|entry| entry.file_name().to_str().is_some_and(is_variable))
            .map(|entry| entry.path())
            .take(MOST_FILES)
            .collect();
        files.sort_unstable();
        files
    }

    fn read(&self, name: &str) -> Option<String> {
        let file = File::open(self.folder.as_ref()?.join(name)).ok().filter(|_| is_variable(name))?;
        let mut value = String::new();
        let size = file.take(MOST_BYTES + 1).read_to_string(&mut value).ok()?;
        (size as u64 <= MOST_BYTES).then(|| value.trim_end_matches(['\n', '\r']).to_owned())
    }
}

/// Whether a shell would take it for a variable's name; no other file is looked at.
fn is_variable(name: &str) -> bool {
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    starts && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Variables;

    #[test]
    fn a_file_stands_for_a_variable_that_is_not_set() {
        let folder = std::env::temp_dir().join(format!("spillway-variables-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for (name, value) in [
            ("SPILLWAY_TEST_KEY", "sk-file\n"),
            ("CARGO_MANIFEST_DIR", "not this"),
            ("..data", "no"),
            ("a-b", "no"),
        ] {
            fs::write(folder.join(name), value).unwrap();
        }
        let variables = Variables::with_files(folder.clone());
        assert_eq!(variables.get("SPILLWAY_TEST_KEY").as_deref(), Some("sk-file"));
        assert_eq!(variables.get("CARGO_MANIFEST_DIR"), std::env::var("CARGO_MANIFEST_DIR").ok());
        assert_eq!(variables.get("a-b"), None);
        assert_eq!(variables.get("SPILLWAY_TEST_OTHER"), None);
        let names = [folder.join("CARGO_MANIFEST_DIR"), folder.join("SPILLWAY_TEST_KEY")];
        assert_eq!(variables.files(), names);
        assert_eq!(Variables::of_this_process().get("SPILLWAY_TEST_KEY"), None);
        fs::remove_dir_all(folder).unwrap();
    }
}
