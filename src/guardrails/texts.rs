//! The texts of a body in a row, for whoever judges them elsewhere, and back.
//!
//! They are the texts that the rules look at, each once: those that the model may read, by the same walk. The
//! caller's own JSON (a tool call's input) is one text, as it is written; and so is a string that holds some.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use super::edit::{self, Edit};
use super::escape;
use super::mode::Stage;
use super::place::{Place, Step};
use super::reader::{Malformed, unreadable_answer};
use super::walk::{Form, Text, Visit, is_json, walk};
use super::zone::{Side, Zone};
use crate::reject::Reject;
use crate::wire::Dialect;

/// Most texts of one body. An agent's long conversation with a hundred tools has some thousands.
pub const MAX_TEXTS: usize = 10_000;
/// Most bytes of one body's texts: about a million tokens.
pub const MAX_BYTES: usize = 4 << 20;

/// A text, as a service is asked about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// What it means, not how it is written in the body.
    pub text: String,
    /// It is an object or an array of the caller's, and has to stay one.
    pub is_json: bool,
}

impl Passage {
    /// Whether this may stand in the text's place.
    #[must_use]
    pub fn takes(&self, replacement: &str) -> bool {
        fits(&self.text, self.is_json, replacement)
    }
}

fn fits(text: &str, stays_json: bool, replacement: &str) -> bool {
    let kind = |text: &str| text.trim_start().bytes().next();
    !stays_json || kind(text) == kind(replacement) && is_json(replacement)
}

/// Every text of a body, in the order in which they stand.
pub struct Texts<'b> {
    document: &'b str,
    texts: Vec<Text<'b>>,
    is_json: Vec<bool>,
    /// Of each object that has them: where the object stands, and where their value, which repeats its text.
    logprobs: Vec<(Range<usize>, Range<usize>)>,
}

/// Why a body's texts cannot be put before anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unasked {
    /// It is not JSON.
    Malformed {
        /// Offset in bytes.
        at: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// It has more than [`MAX_TEXTS`] texts.
    TooMany,
    /// Its texts are longer than [`MAX_BYTES`] together.
    TooLong,
}

impl Unasked {
    /// Of a request: 400 where it is not JSON, else 413. Nothing passes that could not be judged.
    #[must_use]
    pub fn reject(self, stage: Stage) -> Reject {
        if stage == Stage::Answer {
            return unreadable_answer(self);
        }
        let too_large = |what: String| {
            let message = format!(
                "The request has {what}, more than a guardrail of this gateway can be asked about, and \
                 nothing passes without it. Send less at once."
            );
            Reject::new(413, "invalid_request_error", message).code("guardrail_input_too_large")
        };
        match self {
            Self::Malformed { at, expected } => Malformed { at, expected }.reject(Stage::Request),
            Self::TooMany => too_large(format!("more than {MAX_TEXTS} texts")),
            Self::TooLong => too_large(format!("more than {MAX_BYTES} bytes of text")),
        }
    }
}

impl fmt::Display for Unasked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { at, expected } => {
                write!(f, "it is not valid JSON: expected {expected} at byte {at}")
            }
            Self::TooMany => write!(f, "it has more than {MAX_TEXTS} texts"),
            Self::TooLong => write!(f, "it has more than {MAX_BYTES} bytes of text"),
        }
    }
}

/// The texts of a whole JSON body in the client's dialect.
///
/// # Errors
/// If it is not JSON, or has more than anybody is asked about.
pub fn texts(body: &[u8], dialect: Dialect, stage: Stage) -> Result<Texts<'_>, Unasked> {
    let not_utf8 =
        |error: std::str::Utf8Error| Unasked::Malformed { at: error.valid_up_to(), expected: "UTF-8" };
    let document = std::str::from_utf8(body).map_err(not_utf8)?;
    let mut gathered = Gathered::default();
    let walked = walk(document, Side { dialect, stage }, (&Place::ROOT, Zone::Root), &mut gathered);
    walked.map_err(|Malformed { at, expected }| Unasked::Malformed { at, expected })?;
    match gathered.excess {
        Some(excess) => Err(excess),
        None => {
            let Gathered { texts, is_json, logprobs, .. } = gathered;
            Ok(Texts { document, texts, is_json, logprobs })
        }
    }
}

#[derive(Default)]
struct Gathered<'b> {
    texts: Vec<Text<'b>>,
    is_json: Vec<bool>,
    logprobs: Vec<(Range<usize>, Range<usize>)>,
    bytes: usize,
    excess: Option<Unasked>,
}

impl<'b> Visit<'b> for Gathered<'b> {
    fn text(&mut self, place: &Place<'_>, text: &Text<'b>) {
        self.add(place, text);
    }

    fn logprobs(&mut self, object: Range<usize>, value: Range<usize>) {
        self.logprobs.push((object, value));
    }
}

impl<'b> Gathered<'b> {
    fn add(&mut self, place: &Place<'_>, text: &Text<'b>) {
        if text.meant.is_empty() || self.excess.is_some() {
            return;
        }
        self.bytes += text.meant.len();
        if self.bytes > MAX_BYTES {
            self.excess = Some(Unasked::TooLong);
        } else if self.texts.len() >= MAX_TEXTS {
            self.excess = Some(Unasked::TooMany);
        } else {
            self.is_json.push(stays_json(place, text));
            let Text { meant, raw, start, form } = text;
            self.texts.push(Text { meant: meant.clone(), raw, start: *start, form: *form });
        }
    }
}

/// Whether a provider could do nothing with it if it were not JSON any more: a tool call's arguments, be they
/// written as JSON or in a string. A message that happens to be JSON is a message.
fn stays_json(place: &Place<'_>, text: &Text<'_>) -> bool {
    match text.form {
        Form::Document => true,
        Form::String => {
            let opens = text.meant.trim_start().starts_with(['{', '[']);
            matches!(place.step, Step::Field("arguments")) && opens && is_json(&text.meant)
        }
        Form::Name { .. } | Form::Scalar => false,
    }
}

impl Texts<'_> {
    /// What the texts mean, in order.
    #[must_use]
    pub fn list(&self) -> Vec<&str> {
        self.texts.iter().map(|text| &*text.meant).collect()
    }

    /// The texts by themselves, for as long as they are asked about.
    #[must_use]
    pub fn passages(&self) -> Vec<Passage> {
        let passage = |(text, is_json): (&Text<'_>, &bool)| Passage {
            text: text.meant.clone().into_owned(),
            is_json: *is_json,
        };
        self.texts.iter().zip(&self.is_json).map(passage).collect()
    }

    /// The body with these texts in place of its own. What means the same stays as it is written, byte for byte,
    /// and so does everything between the texts. `None` if they are not as many, or one does not fit in its
    /// place, see [`Passage::takes`].
    #[must_use]
    pub fn replaced(&self, replacements: &[String]) -> Option<Vec<u8>> {
        let fit = |((text, is_json), with): ((&Text<'_>, &bool), &String)| {
            text.meant == with.as_str() || fits(&text.meant, *is_json, with)
        };
        let mut each = self.texts.iter().zip(&self.is_json).zip(replacements);
        if replacements.len() != self.texts.len() || !each.all(fit) {
            return None;
        }
        let mut names = Names::of_kept(self.texts.iter().zip(replacements));
        let mut edits = Vec::new();
        for (text, with) in self.texts.iter().zip(replacements) {
            if text.meant != with.as_str() {
                edits.push(Edit { range: text.range(), with: written(text, with, &mut names) });
            }
        }
        let repeats = |object: &Range<usize>| edits.iter().any(|edit| object.contains(&edit.range.start));
        let unsaid = self.logprobs.iter().filter(|(object, _)| repeats(object));
        let unsaid: Vec<Edit> =
            unsaid.map(|(_, value)| Edit { range: value.clone(), with: "null".to_owned() }).collect();
        edits.extend(unsaid);
        // A text may be found after one that stands behind it, see `source`.
        Some(edit::splice(self.document, &edit::merge(edits)).into_bytes())
    }
}

/// A replacement, as it is written in its text's place. A number becomes a string.
fn written(text: &Text<'_>, with: &str, names: &mut Names) -> String {
    match text.form {
        Form::Name { object } => escape::encode(&names.apart(object, with)),
        form => in_place(form, with),
    }
}

/// A replacement, as it is written in the place of a text of this form.
pub(super) fn in_place(form: Form, with: &str) -> String {
    match form {
        Form::Document => with.to_owned(),
        Form::String | Form::Name { .. } => escape::encode(with),
        Form::Scalar => format!("\"{}\"", escape::encode(with)),
    }
}

/// The names that are taken, by object: of two members with one name, one would be lost.
struct Names(HashMap<(usize, String), usize>);

impl Names {
    /// The names of texts that stay as they are.
    fn of_kept<'t>(texts: impl Iterator<Item = (&'t Text<'t>, &'t String)>) -> Self {
        let kept = texts.filter(|(text, with)| text.meant == with.as_str());
        Self(kept.filter_map(|(text, with)| Some(((object(text)?, with.clone()), 1))).collect())
    }

    /// The name, with a number if it is taken.
    fn apart(&mut self, object: usize, name: &str) -> String {
        let count = self.0.entry((object, name.to_owned())).or_default();
        *count += 1;
        if *count > 1 { format!("{name}_{count}") } else { name.to_owned() }
    }
}

fn object(text: &Text<'_>) -> Option<usize> {
    match text.form {
        Form::Name { object } => Some(object),
        _ => None,
    }
}
