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
    /// Several steps, as they are written down.
    Path(&'p str),
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

    /// The steps that lead here, the first one first.
    pub(super) fn steps(&self) -> Vec<Step<'p>> {
        let mut steps: Vec<Step<'p>> = std::iter::successors(Some(*self), |place| place.parent.copied())
            .filter(|place| place.parent.is_some())
            .map(|place| place.step)
            .collect();
        steps.reverse();
        steps
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
            Step::Path(path) => f.write_str(path),
            Step::Index(_) => self.step.fmt(f),
            Step::Field(_) | Step::Unnamed => write!(f, "{dot}{}", self.step),
        }
    }
}

/// Without the dot before it.
impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => f.write_str(path),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Field(name) if is_plain(name) => f.write_str(name),
            Self::Field(_) | Self::Unnamed => f.write_str("*"),
        }
    }
}

/// Whether it looks like a field of an API: a name of another kind is the caller's text.
fn is_plain(name: &str) -> bool {
    name.len() <= 40
        && name.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase() || byte.is_ascii_digit())
}
