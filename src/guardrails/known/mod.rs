//! Texts in which nothing was found, known when they come again.
//!
//! A conversation is sent again with each of its turns, and most of it was looked at before. To look at a text takes
//! several times as much as to hash it, so a known one is hashed and passed over: it is not even decoded.
//!
//! * **Kept** is a keyed hash of 128 bits (SipHash-1-3, <https://www.aumasson.jp/siphash/>), and nothing of the text. The
//!   key is drawn for each worker and configuration and told nobody: nobody can write a text with the hash of another.
//! * **Known of whom**: whose request it is goes into the key, and which guardrails look. How soon an answer comes tells
//!   nobody what others have sent.
//! * **Only what is clean** is known. Where anything was found, it is found again.
//! * **What comes once** does not pay for what comes again: at first only a text's length and a few of its bytes are
//!   hashed. One that has the same is hashed as a whole, and if nothing is found in it either, it is known from then on.
//! * **Bounded**: see `Table`.

mod table;

#[cfg(test)]
mod tests;

use std::hash::{Hash, Hasher};

use siphasher::sip128::{Hasher128, SipHasher13};

use super::selection::Running;
use table::{State, Table};

/// How many texts a worker knows where nothing else is said: those of some dozen long conversations, in half a megabyte.
pub const KNOWN_TEXTS: u32 = 16_384;
/// Shortest text that is known again, as it is written, in bytes. To look at a shorter one takes little.
const SHORTEST: usize = 512;
/// How many words of it are hashed at first: the first, the last, and others between them.
const WORDS: usize = 8;

/// Bits that nobody else knows, for a hash's key.
pub type Secret = [u64; 2];

/// The texts that one worker knows.
pub struct Known {
    secret: Secret,
    shortest: usize,
    table: Table,
    tally: Tally,
}

/// How many texts came that are long enough to be known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// They were looked at.
    pub new: u64,
    /// They were known.
    pub known: u64,
}

impl std::fmt::Debug for Known {
    /// Without its secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Known({:?})", self.tally)
    }
}

impl Known {
    /// Knows so many texts at most, rounded up to whole sets; none where there is no secret.
    #[must_use]
    pub fn new(texts: u32, secret: Option<Secret>) -> Self {
        let texts = secret.and_then(|_| usize::try_from(texts).ok()).unwrap_or_default();
        let (secret, table) = (secret.unwrap_or_default(), Table::new(texts));
        Self { secret, shortest: SHORTEST, table, tally: Tally::default() }
    }

    /// How many came since this was last asked.
    pub fn tally(&mut self) -> Tally {
        std::mem::take(&mut self.tally)
    }

    /// Knows texts of so many bytes and more: for tests, whose texts are short.
    #[must_use]
    pub fn from(self, shortest: usize) -> Self {
        Self { shortest, ..self }
    }
}

/// How a text stands in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// Between quotes.
    String,
    /// As an object or an array.
    Document,
}

/// What is known of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// Nothing was found in it. Whether it is JSON that was looked into.
    Clean { is_document: bool },
    /// It is to be looked at, and this kept if nothing is found.
    New(New),
    /// It is to be looked at whenever it comes.
    Short,
}

/// A text that is not known yet.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct New {
    likeness: u64,
    /// Of all of it, where one like it came before.
    digest: Option<Digest>,
}

type Digest = [u64; 2];

/// What is known, for one request.
pub(super) struct Recall<'k> {
    known: &'k mut Known,
    whose: &'k str,
    running: &'k Running,
    /// Made of these two when there is something to hash: most requests have short texts only.
    key: Option<Secret>,
}

impl<'k> Recall<'k> {
    /// `None` where nothing is ever known. `whose` names the caller, and `running` looks.
    pub(super) fn new(known: &'k mut Known, whose: &'k str, running: &'k Running) -> Option<Self> {
        (!known.table.is_none()).then_some(Self { known, whose, running, key: None })
    }

    /// What is known of a text that is written so.
    pub(super) fn find(&mut self, written: Written, raw: &str) -> Sight {
        if raw.len() < self.known.shortest {
            return Sight::Short;
        }
        let (key, raw) = (self.key(), raw.as_bytes());
        let likeness = likeness(key, written, raw);
        let alike = self.known.table.find(likeness);
        let digest = alike.map(|_| digest(key, written, raw));
        match (alike, digest) {
            (Some(State::Clean { digest: clean, is_document }), Some(digest)) if clean == digest => {
                self.known.tally.known += 1;
                Sight::Clean { is_document }
            }
            _ => {
                self.known.tally.new += 1;
                Sight::New(New { likeness, digest })
            }
        }
    }

    /// Notes that nothing was found in a text.
    pub(super) fn keep(&mut self, New { likeness, digest }: New, is_document: bool) {
        let state = digest.map_or(State::Alike, |digest| State::Clean { digest, is_document });
        self.known.table.put(likeness, state);
    }

    fn key(&mut self) -> Secret {
        let (secret, whose, running) = (self.known.secret, self.whose, self.running);
        *self.key.get_or_insert_with(|| hash(secret, |hasher| (whose, running).hash(hasher)))
    }
}

fn likeness(key: Secret, written: Written, raw: &[u8]) -> u64 {
    let mut sample = [[0; 8]; WORDS];
    let step = raw.len().saturating_sub(8) / (WORDS - 1);
    for (number, word) in sample.iter_mut().enumerate() {
        *word = raw.get(number * step..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default();
    }
    if let Some(end) = raw.last_chunk() {
        sample[WORDS - 1] = *end;
    }
    let [likeness, _] = hash(key, |hasher| {
        hasher.write_u64(head(Of::Sample, written, raw));
        hasher.write(sample.as_flattened());
    });
    likeness
}

fn digest(key: Secret, written: Written, raw: &[u8]) -> Digest {
    hash(key, |hasher| {
        hasher.write_u64(head(Of::Whole, written, raw));
        hasher.write(raw);
    })
}

/// What of a text is hashed.
enum Of {
    Sample,
    Whole,
}

/// What is hashed before a text: eight bytes, so that all of it is read in words.
fn head(of: Of, written: Written, raw: &[u8]) -> u64 {
    (raw.len() as u64) << 2 | (written as u64) << 1 | of as u64
}

fn hash([first, second]: Secret, take: impl FnOnce(&mut SipHasher13)) -> Digest {
    let mut hasher = SipHasher13::new_with_keys(first, second);
    take(&mut hasher);
    let digest = hasher.finish128();
    [digest.h1, digest.h2]
}
