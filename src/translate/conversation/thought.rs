//! Reasoning that travels with a conversation, and the seals by which providers know their own again.

use std::borrow::Cow;

use super::Words;

/// Whose API something belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::translate) enum Home {
    OpenAi,
    Anthropic,
    Gemini,
}

/// A thought of the assistant's.
#[derive(Clone, Debug, Default)]
pub(in crate::translate) struct Thought<'a> {
    /// Its words, or a summary of them; `None` where the provider keeps them to itself.
    pub text: Option<Words<'a>>,
    /// What the provider wants back unchanged.
    pub seal: Option<Seal<'a>>,
}

/// A signature, or a thought that is encrypted. Means something to the provider that made it, and is an error
/// to every other: a writer passes its own home's seals on and leaves the others out.
///
/// A client carries seals in the one field that its dialect has for them. A seal of another home is marked
/// there ([`Seal::marked`]), so that it is known when it comes back.
#[derive(Clone, Debug)]
pub(in crate::translate) struct Seal<'a> {
    pub home: Home,
    /// The id of OpenAI's reasoning item.
    pub id: Option<Words<'a>>,
    /// Anthropic's `signature`, OpenAI's `encrypted_content`, Gemini's `thoughtSignature`.
    pub data: Words<'a>,
    /// Whether the thought itself is in `data`, and has no words: Anthropic's `redacted_thinking`.
    pub redacted: bool,
}

/// What a marked seal begins with, with the name of its home and a dot after it. No provider's own do.
pub(in crate::translate) const MARK: &str = "spillway.";

impl<'a> Seal<'a> {
    /// The seal as text for a dialect of another home: `spillway.openai.{id}.{data}`.
    pub(in crate::translate) fn marked(&self) -> String {
        let id = self.id.as_ref().map(Words::text).unwrap_or_default();
        let home = match (self.home, self.redacted) {
            (Home::OpenAi, _) => "openai",
            (Home::Gemini, _) => "gemini",
            (Home::Anthropic, false) => "anthropic",
            (Home::Anthropic, true) => "anthropic_redacted",
        };
        format!("{MARK}{home}.{id}.{}", self.data.text())
    }

    /// Reads a seal out of a dialect of the home `native`: one that is not marked is that home's own.
    ///
    /// `None` for a mark that nobody makes.
    pub(in crate::translate) fn read(words: Words<'a>, native: Home) -> Option<Self> {
        let text = words.text();
        let Some(marked) = text.strip_prefix(MARK) else {
            return Some(Self { home: native, id: None, data: words, redacted: false });
        };
        let (home, rest) = marked.split_once('.')?;
        let (id, data) = rest.split_once('.')?;
        let (home, redacted) = match home {
            "openai" => (Home::OpenAi, false),
            "gemini" => (Home::Gemini, false),
            "anthropic" => (Home::Anthropic, false),
            "anthropic_redacted" => (Home::Anthropic, true),
            _ => return None,
        };
        let id = (!id.is_empty()).then(|| Words::from(id.to_owned()));
        Some(Self { home, id, data: Words::Plain(Cow::Owned(data.to_owned())), redacted })
    }
}
