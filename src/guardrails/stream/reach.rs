//! How far a rule's matches reach, and so how much of a text that still grows must be held back.

use regex_syntax::ParserBuilder;

use crate::guardrails::rule::{Kind, Rule};
use crate::guardrails::settings::{Guardrail, Kind as GuardrailKind};
use crate::guardrails::views::is_invisible;

/// How far matches reach, in characters that can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::guardrails) struct Reach {
    /// From a match's beginning to its end, and on to what may unmake it.
    pub(super) ahead: usize,
    /// From a match's beginning back to what must stand before it.
    pub(super) behind: usize,
}

impl Reach {
    /// Of a rule whose matches may be of any length: longer ones are found only as far as this reaches.
    const MOST: usize = 1024;
    /// What stands around a match decides on it: the border of a word, the anchor of a line.
    const AROUND: usize = 2;
    /// Characters of one HTML entity, as they are in use.
    const ENTITY: usize = 10;
    /// Of a text in which nothing is looked for.
    pub(super) const NONE: Self = Self { ahead: 1, behind: 64 };

    /// Of one rule, which is one of `settings`.
    pub(in crate::guardrails) fn of(rule: &Rule, settings: &[Guardrail]) -> Self {
        let plain = Self::of_kind(rule);
        let Some(GuardrailKind::ContentFilter(filter)) = settings.get(rule.guardrail).map(|one| &one.kind)
        else {
            return plain;
        };
        let stretched =
            if filter.decode.html { plain.ahead.saturating_mul(Self::ENTITY) } else { plain.ahead };
        let ahead = if filter.decode.base64 { Self::MOST } else { stretched };
        Self { ahead: ahead.min(Self::MOST), ..plain }
    }

    fn of_kind(rule: &Rule) -> Self {
        match &rule.kind {
            Kind::Word { .. } => Self { ahead: rule.name.chars().count(), behind: 0 },
            Kind::Pattern { regex } => Self { ahead: longest(regex) + Self::AROUND, behind: 0 },
            Kind::Prebuilt(prebuilt) => {
                let near = prebuilt.near.as_ref().map_or(0, |near| near.within + longest(near.words));
                let around = prebuilt.sees.max(Self::AROUND);
                Self { ahead: longest(prebuilt.regex) + near + around, behind: near }
            }
            // Pairs stand anywhere in a sentence, and exceptions anywhere in a text: as far as anything reaches.
            Kind::Category(_) => Self { ahead: Self::MOST, behind: Self::MOST },
        }
    }

    /// As far as either reaches.
    pub(super) fn and(self, other: Self) -> Self {
        Self { ahead: self.ahead.max(other.ahead), behind: self.behind.max(other.behind) }
    }
}

/// Longest match of an expression, in bytes, of which a character has at least one.
fn longest(expression: &str) -> usize {
    let parsed = ParserBuilder::new().case_insensitive(true).build().parse(expression);
    let length = parsed.ok().and_then(|parsed| parsed.properties().maximum_len());
    length.map_or(Reach::MOST, |length| length.min(Reach::MOST))
}

/// Where `text` has `count` characters that can be seen behind it; its start if it has not so many.
pub(super) fn before_last(text: &str, count: usize) -> usize {
    let mut seen = text.char_indices().rev().filter(|(_, char)| !is_unseen(*char));
    count.checked_sub(1).map_or(text.len(), |nth| seen.nth(nth).map_or(0, |(at, _)| at))
}

/// Characters that nobody sees, and that somebody may write between those of a word: they must not use up what
/// is held back.
fn is_unseen(char: char) -> bool {
    is_invisible(char) || matches!(char, '\u{300}'..='\u{36f}')
}
