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

    /// Reads the file as it is now. It is watched from here on, whatever it holds.
    ///
    /// # Errors
    /// As [`load::gateway`].
    pub fn read(&mut self) -> Result<Gateway, Failure> {
        // Before the files are read: what changes meanwhile is a change.
        let before = Look::at(self.files());
        let loaded = load::read(&self.file, &self.variables);
        self.named = loaded.named;
        self.watch = Watch::since(before.over(self.files()));
        loaded.gateway
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
