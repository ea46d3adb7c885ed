//! Where in a body something stands, for the record.

use std::fmt;

/// One step from a body's root.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'p> {
    /// A field that the dialect names.
    Field(&'p str),
    /// A member whose name is the caller's text, which no record may hold.
    Unnamed,
    Index(usize),
}

/// A place in a body. Each stands on the stack of the walk and points to the one that it is in, so that a
/// place costs nothing until it is written down.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'p> {
    pub(super) parent: Option<&'p Place<'p>>,
    pub(super) step: Step<'p>,
}

impl<'p> Place<'p> {
    /// A place within this one.
    pub(super) fn step(&'p self, step: Step<'p>) -> Place<'p> {
        Place { parent: Some(self), step }
    }

    /// The body itself.
    pub(super) const ROOT: Place<'static> = Place { parent: None, step: Step::Unnamed };
}

/// As a path: `messages[0].content[1].text`; `*` for a name that is not shown.
impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(parent) = self.parent else { return Ok(()) };
        parent.fmt(f)?;
        let dot = if parent.parent.is_some() { "." } else { "" };
        match self.step {
            Step::Index(index) => write!(f, "[{index}]"),
            Step::Field(name) if is_plain(name) => write!(f, "{dot}{name}"),
            Step::Field(_) | Step::Unnamed => write!(f, "{dot}*"),
        }
    }
}

/// Whether it looks like a field of an API: a name of another kind is the caller's text.
fn is_plain(name: &str) -> bool {
    name.len() <= 40
        && name.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase() || byte.is_ascii_digit())
}
