//! A gateway's file and all that it is made of: the files that it names, and the variables.

use std::path::{Path, PathBuf};

use spillway_filter::config::Gateway;

use super::watch::{Look, Watch};
use crate::failure::Failure;
use crate::load;
use crate::variables::Variables;

/// A gateway's file, watched since it was read.
pub struct Source {
    file: PathBuf,
    variables: Variables,
    named: Vec<PathBuf>,
    watch: Watch,
}

impl Source {
    /// Reads the file for the first time.
    ///
    /// # Errors
    /// As [`load::gateway`].
    pub fn open(file: &Path, variables: Variables) -> Result<(Self, Gateway), Failure> {
        let nothing = Watch::since(Look::default());
        let mut source = Self { file: file.to_owned(), variables, named: Vec::new(), watch: nothing };
        let gateway = source.read()?;
        Ok((source, gateway))
    }

    /// Reads the file as it is now, and tells its warnings. It is watched from here on, whatever it holds.
    ///
    /// # Errors
    /// As [`load::gateway`].
    pub fn read(&mut self) -> Result<Gateway, Failure> {
        let (gateway, warnings) = self.read_now();
        load::tell(&warnings);
        gateway
    }

    /// Reads the file, and what is to be told of it: nothing where all is as it was when it was read before, for then it
    /// has been.
    fn read_now(&mut self) -> (Result<Gateway, Failure>, String) {
        // Before the files are read: what changes meanwhile is a change.
        let before = Look::at(self.files());
        let is_new = self.watch.read_at() != &before;
        let loaded = load::read(&self.file, &self.variables);
        self.named = loaded.named;
        self.watch = Watch::since(before.over(self.files()));
        let warnings = Some(loaded.warnings).filter(|_| is_new).unwrap_or_default();
        (loaded.gateway, warnings)
    }

    /// The value of a variable.
    pub fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name)
    }

    /// Takes a look; whether a file differs from what was read, and is no longer being changed.
    pub fn has_changed(&mut self) -> bool {
        let now = Look::at(self.files());
        self.watch.sees(now)
    }

    /// The names of the files that differ, for people.
    pub fn changed(&self) -> String {
        let names: Vec<String> = self.watch.changed().iter().map(|file| file.display().to_string()).collect();
        names.join(", ")
    }

    fn files(&self) -> Vec<PathBuf> {
        let mut files = vec![self.file.clone()];
        files.extend_from_slice(&self.named);
        files.extend(self.variables.files());
        files
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Source, Variables};

    /// A change that cannot be taken up is read again and again.
    #[test]
    fn warnings_are_told_once_for_each_change() {
        let folder = std::env::temp_dir().join(format!("spillway-source-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("gateway.yaml");
        let write = |model: &str| {
            let deployment =
                format!("{{model_name: m, litellm_params: {{model: openai/{model}, api_key: k}}}}");
            let text = format!("model_list: [{deployment}]\nspillway_settings: {{allow_anonymous: true}}\n");
            fs::write(&file, text).unwrap();
        };
        write("first");
        let (mut source, _) = Source::open(&file, Variables::of_this_process()).unwrap();
        for changed in [None, Some("second"), None, None] {
            changed.into_iter().for_each(write);
            let (gateway, warnings) = source.read_now();
            assert!(gateway.is_ok(), "{gateway:?}");
            assert_eq!(warnings.contains("no price is known for `second`"), changed.is_some(), "{warnings}");
            assert_eq!(warnings.is_empty(), changed.is_none(), "{warnings}");
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
