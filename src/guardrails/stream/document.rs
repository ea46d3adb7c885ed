//! A text that may be JSON as a whole is looked at as JSON, and so only when it is whole.

use std::borrow::Cow;

use super::channel::Refusal;
use crate::guardrails::walk::{Form, Text, check_json, is_json};

/// Longest JSON that is held, in bytes.
pub(super) const MAX_DOCUMENT: usize = 256 * 1024;
/// White space that JSON may begin with, in bytes.
const MAX_INDENT: usize = 64;

/// Whether a text is JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Json {
    /// The arguments of a tool call; held whether or not they turn out to be JSON.
    Arguments {
        /// In a whole answer they are no string.
        is_object: bool,
    },
    /// It has been so far; looked at again when it is so long.
    Maybe { next_look: usize },
    /// It is not.
    No,
}

impl Json {
    /// Of a text that has not begun.
    pub(super) const START: Self = Self::Maybe { next_look: 0 };

    pub(super) fn is_arguments(self) -> bool {
        matches!(self, Self::Arguments { .. })
    }

    /// Whether the text must be held until it is whole.
    pub(super) fn holds(&mut self, text: &str) -> Result<bool, Refusal> {
        if let Self::Maybe { next_look } = self
            && text.len() >= *next_look
        {
            *self = if may_become_json(text) { Self::Maybe { next_look: 2 * text.len() } } else { Self::No };
        }
        if *self == Self::No {
            return Ok(false);
        }
        if text.len() > MAX_DOCUMENT {
            return Err(Refusal(format!("JSON of more than {MAX_DOCUMENT} bytes")));
        }
        Ok(true)
    }

    /// The text, if it is JSON; `base` is what came before it. What is not is a text like any other.
    pub(super) fn whole<'t>(&mut self, text: &'t str, base: usize) -> Option<Text<'t>> {
        let is_object = *self == Self::Arguments { is_object: true };
        let is_whole = *self != Self::No && (base == 0 || self.is_arguments()) && is_json(text);
        if !self.is_arguments() {
            *self = Self::No;
        }
        let form = if is_object { Form::Document } else { Form::String };
        is_whole.then_some(Text { meant: Cow::Borrowed(text), raw: text, start: 0, form })
    }
}

/// Whether more text may make it an object, an array or a string.
fn may_become_json(text: &str) -> bool {
    let trimmed = text.trim_start();
    if trimmed.is_empty() {
        return text.len() <= MAX_INDENT;
    }
    if !trimmed.starts_with(['{', '[', '"']) {
        return false;
    }
    // The reader stops at the start of a number, a literal or an escape that is cut off.
    let stopped = check_json(text).err().map(|malformed| text.get(malformed.at..).unwrap_or_default());
    stopped.is_none_or(|rest| {
        rest.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
            || ["true", "false", "null"].iter().any(|literal| literal.starts_with(rest))
            || rest.starts_with('\\')
                && rest.len() < 6
                && rest.bytes().skip(2).all(|byte| byte.is_ascii_hexdigit())
    })
}
