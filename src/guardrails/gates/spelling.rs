//! Texts that a part of a pattern may be.

/// Most spellings of one part.
pub(super) const MOST_SPELLINGS: usize = 64;
/// Most that one which tells enough by itself is made longer to.
const MOST_LONGER: usize = 8;

/// One of them, with ASCII's letters in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spelling {
    pub(super) text: String,
    /// Only at the beginning of a word.
    pub(super) begins: bool,
    /// Only at the end of a word.
    pub(super) ends: bool,
}

impl Spelling {
    pub(super) fn of(text: &str) -> Self {
        Self { text: text.to_ascii_lowercase(), ..Self::default() }
    }

    /// The border of a word.
    pub(super) fn border() -> Self {
        Self { text: String::new(), begins: true, ends: true }
    }

    /// This one, directly followed by another one.
    fn with(&self, next: &Self) -> Self {
        Self {
            text: [self.text.as_str(), &next.text].concat(),
            begins: self.begins || (self.text.is_empty() && next.begins),
            ends: next.ends || (next.text.is_empty() && self.ends),
        }
    }

    /// Whether it is worth looking for: a single letter or space is everywhere.
    fn tells(&self) -> bool {
        self.text.chars().count() > 1 || self.text.bytes().any(|byte| byte.is_ascii_punctuation())
    }
}

/// The spellings of two parts of which one follows the other; `None` where they would be too many.
pub(super) fn joined(one: &[Spelling], other: &[Spelling]) -> Option<Vec<Spelling>> {
    let most = if tell(one) && tell(other) { MOST_LONGER } else { MOST_SPELLINGS };
    if one.len().saturating_mul(other.len()) > most {
        return None;
    }
    Some(one.iter().flat_map(|first| other.iter().map(|next| first.with(next))).collect())
}

/// Whether all of them are worth looking for.
pub(super) fn tell(spellings: &[Spelling]) -> bool {
    !spellings.is_empty() && spellings.iter().all(Spelling::tells)
}

/// The length of the shortest, in bytes.
pub(super) fn shortest(spellings: &[Spelling]) -> usize {
    spellings.iter().map(|spelling| spelling.text.len()).min().unwrap_or_default()
}
