//! What a command that could not do its work tells the person who typed it.

use std::fmt;

/// A message for the terminal: where, what was found, what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    message: String,
    passes: bool,
}

impl Failure {
    /// A failure with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), passes: false }
    }

    /// The same, for a reason that may be gone when it is tried again.
    pub fn passing(self) -> Self {
        Self { passes: true, ..self }
    }

    /// Whether it may go well when it is tried again, though nobody changes what was asked for.
    pub fn passes(&self) -> bool {
        self.passes
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// Puts what was being done before an error's own words.
pub trait Doing<T> {
    /// `{what}: {error}`, where `what` is built only for an error.
    ///
    /// # Errors
    /// The error itself, with the context.
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, Failure>;
}

impl<T, E: fmt::Display> Doing<T> for Result<T, E> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, Failure> {
        self.map_err(|error| Failure::new(format!("{}: {error}", what())))
    }
}
