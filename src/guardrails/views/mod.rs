//! Other ways to read a text: what a person, a browser or a decoder would see in it.
//!
//! A text is always scanned as it is. It is also scanned *folded*, where folding changes it: without invisible
//! characters, with compatibility forms as the plain letters that they stand for. For a guardrail that asks for
//! it (`decode`) also with HTML's entities or base64 decoded: that reads something into texts that may mean
//! something else, and costs more.
//!
//! A view knows where its text came from, so that a mask covers all that a match was written with: the
//! invisible characters in it, the whole entity, the whole run of base64.
//!
//! Not seen through: look-alike letters of other scripts, `1` for `l`, spaces between letters, other encodings.
//! `tests/evasion/caught.golden` says what is found of each.

mod base64;
mod entity;
mod fold;
mod html;
mod letter;
mod run;

use std::borrow::Cow;
use std::ops::Range;

use super::settings::Decode;

pub(super) use letter::is_invisible;

/// One way to rewrite a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Html,
    Base64,
    Fold,
}

impl Step {
    /// Calls `each` with the pieces of `text` in order: how long a piece is, and what it becomes if not itself.
    fn runs(self, text: &str, each: &mut dyn FnMut(usize, Option<&str>)) {
        match self {
            Self::Html => html::runs(text, each),
            Self::Base64 => base64::runs(text, each),
            Self::Fold => fold::runs(text, each),
        }
    }

    /// Whether it leaves `text` as it is, as far as a quick look tells.
    fn spares(self, text: &str) -> bool {
        match self {
            Self::Html => !text.contains('&'),
            Self::Base64 => text.len() < base64::SHORTEST,
            Self::Fold => fold::is_plain(text),
        }
    }
}

/// A text as it reads after some steps, of which each changed it.
#[derive(Debug)]
pub(super) struct View<'t> {
    /// What each step was made on, the text itself first.
    steps: Vec<(Step, Cow<'t, str>)>,
    text: String,
}

impl<'t> View<'t> {
    /// The text folded; `None` if that changes nothing.
    pub(super) fn folded(text: &'t str) -> Option<Self> {
        Self::after(&[Step::Fold], text)
    }

    /// The text decoded, and then folded; `None` if there is nothing to decode.
    ///
    /// Entities first: they may stand in the middle of base64. What was decoded is not decoded once more.
    pub(super) fn decoded(text: &'t str, decode: Decode) -> Option<Self> {
        let steps: &[Step] = match (decode.html, decode.base64) {
            (false, false) => return None,
            (true, false) => &[Step::Html, Step::Fold],
            (false, true) => &[Step::Base64, Step::Fold],
            (true, true) => &[Step::Html, Step::Base64, Step::Fold],
        };
        Self::after(steps, text).filter(|view| view.steps.iter().any(|(step, _)| *step != Step::Fold))
    }

    fn after(steps: &[Step], text: &'t str) -> Option<Self> {
        let mut done = Vec::new();
        let mut current = Cow::Borrowed(text);
        for step in steps {
            if let Some(next) = run::rewritten(*step, &current) {
                done.push((*step, std::mem::replace(&mut current, Cow::Owned(next))));
            }
        }
        match current {
            Cow::Owned(text) => Some(Self { steps: done, text }),
            Cow::Borrowed(_) => None,
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The ranges of the original text that those of the view were written with.
    pub(super) fn sources(&self, ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
        let mut ranges = ranges;
        for (step, source) in self.steps.iter().rev() {
            ranges = run::sources(*step, source, &ranges);
        }
        ranges
    }
}

/// A text folded; itself if that changes nothing.
pub(super) fn folded(text: &str) -> Cow<'_, str> {
    run::rewritten(Step::Fold, text).map_or(Cow::Borrowed(text), Cow::Owned)
}

#[cfg(test)]
mod tests;
