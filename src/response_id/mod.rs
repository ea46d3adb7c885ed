//! The ids of responses, as clients see them.
//!
//! A response that a provider keeps is known to that provider only, and by an id of its own. What a client gets
//! instead tells the gateway, and nobody else, which deployment keeps the response, and whose it is:
//!
//! ```text
//! resp_ base64url( version ‖ tag ‖ sealed( what it is ‖ guardrails ‖ whose ‖ which deployment ‖ model ‖ the provider's id ) )
//! ```
//!
//! The tag is a MAC over all of it (HMAC-SHA-256, the first 16 bytes), so that an id that somebody made or
//! changed is none. What is sealed is masked by a key stream that the tag begins (HMAC-SHA-256 in counter mode):
//! equal responses have equal ids, and nothing needs to be random. What this does not do: it does not hide how
//! long the provider's id and the model's name are, and it does not make an id expire. Whoever has the secret can
//! make ids; it stands in the plugin's configuration, which whoever runs Envoy can read.

mod hmac;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::base64::{Alphabet, decode, encode};
use crate::hex;
use hmac::hmac;

const PREFIX: &str = "resp_";
const VERSION: u8 = 1;
const TAG: usize = 16;
/// Longest id that is looked at, in bytes. A provider's are below 100.
const LONGEST: usize = 1024;
/// Longest name of a model that an id carries, in bytes.
const LONGEST_MODEL: usize = 64;
/// Most guardrails that an id carries.
pub const MOST_GUARDS: usize = 16;
/// What it is: the provider keeps it.
const KEPT: u8 = 1;
/// What it is: guardrails follow, first how many.
const GUARDED: u8 = 2;
/// What it is: there were more guardrails than an id carries, so nobody has it again.
const CROWDED: u8 = 4;

/// What ids are made with: 64 hexadecimal digits. Its `Debug` hides it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// A secret of its own for this use, from one or several that are for others.
    #[must_use]
    pub fn derived<'s>(from: impl Iterator<Item = &'s str>) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"spillway: ids of responses");
        for secret in from {
            hash.update((secret.len() as u64).to_be_bytes());
            hash.update(secret.as_bytes());
        }
        Self(hex::encode(&hash.finalize()))
    }

    fn tag(&self, plain: &[u8]) -> [u8; TAG] {
        let whole = hmac(self.0.as_bytes(), &[b"tag", &[VERSION], plain]);
        std::array::from_fn(|index| whole.get(index).copied().unwrap_or_default())
    }

    /// Masks, and unmasks.
    fn mask(&self, tag: &[u8], text: &[u8]) -> Vec<u8> {
        let blocks =
            (0_u32..).flat_map(|number| hmac(self.0.as_bytes(), &[b"mask", tag, &number.to_be_bytes()]));
        text.iter().zip(blocks).map(|(byte, mask)| byte ^ mask).collect()
    }
}

/// What stands for a name that may be of any length: the first bytes of its SHA-256.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mark([u8; 8]);

impl Mark {
    /// The mark of a name; that of the empty name is `Mark::default()`.
    #[must_use]
    pub fn of(name: &str) -> Self {
        if name.is_empty() {
            return Self::default();
        }
        let whole = Sha256::digest(name.as_bytes());
        Self(std::array::from_fn(|index| whole.get(index).copied().unwrap_or_default()))
    }
}

/// A response, as its id tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseId {
    /// Whether the provider keeps it; otherwise nobody does.
    pub kept: bool,
    /// Guardrails that looked at the answer because its request said so, by their names: they do so again where it is
    /// retrieved.
    pub guards: Vec<Mark>,
    /// Whether there were more than [`MOST_GUARDS`], and so it is not `kept`. To be read only.
    pub has_many_guards: bool,
    /// Who made it.
    pub owner: Mark,
    /// The deployment that answered, by its id.
    pub deployment: Mark,
    /// The model as the client named it; empty where the name is long.
    pub model: String,
    /// The provider's own id.
    pub provider_id: String,
}

impl ResponseId {
    /// The id as a client sees it.
    #[must_use]
    pub fn sealed(&self, secret: &Secret) -> String {
        let model = if self.model.len() <= LONGEST_MODEL { self.model.as_str() } else { "" };
        let (kept, guards) = self.kind();
        // No longer than `LONGEST_MODEL`, so the cast keeps it.
        let plain = [
            &[kept],
            &guards[..],
            &self.owner.0[..],
            &self.deployment.0[..],
            &[model.len() as u8],
            model.as_bytes(),
            self.provider_id.as_bytes(),
        ]
        .concat();
        let tag = secret.tag(&plain);
        let sealed = [&[VERSION], &tag[..], &secret.mask(&tag, &plain)].concat();
        format!("{PREFIX}{}", encode(Alphabet::Url, &sealed))
    }

    /// What it is, and its guardrails. With more of them than an id carries, nobody has it again.
    fn kind(&self) -> (u8, Vec<u8>) {
        let count = self.guards.len();
        match u8::try_from(count).ok().filter(|_| count <= MOST_GUARDS) {
            Some(0) => (u8::from(self.kept), Vec::new()),
            Some(count) => {
                let marks = self.guards.iter().flat_map(|guard| guard.0);
                (u8::from(self.kept) | GUARDED, std::iter::once(count).chain(marks).collect())
            }
            None => (CROWDED, Vec::new()),
        }
    }

    /// What a client's id tells; `None` for one that this secret did not make.
    #[must_use]
    pub fn open(id: &str, secret: &Secret) -> Option<Self> {
        let text = id.strip_prefix(PREFIX).filter(|text| text.len() <= LONGEST)?;
        let bytes = decode(Alphabet::Url, text)?;
        let (version, rest) = bytes.split_first()?;
        let (tag, masked) = rest.split_at_checked(TAG)?;
        let plain = secret.mask(tag, masked);
        let is_ours = *version == VERSION && are_equal(tag, &secret.tag(&plain));
        if is_ours { Self::read(&plain) } else { None }
    }

    fn read(plain: &[u8]) -> Option<Self> {
        let (kind, rest) = plain.split_first()?;
        let (guards, rest) = if kind & GUARDED == 0 { (Vec::new(), rest) } else { guards(rest)? };
        let (owner, rest) = rest.split_first_chunk()?;
        let (deployment, rest) = rest.split_first_chunk()?;
        let (length, rest) = rest.split_first()?;
        let (model, provider_id) = rest.split_at_checked(usize::from(*length))?;
        Some(Self {
            kept: kind & KEPT != 0,
            guards,
            has_many_guards: kind & CROWDED != 0,
            owner: Mark(*owner),
            deployment: Mark(*deployment),
            model: String::from_utf8(model.to_vec()).ok()?,
            provider_id: String::from_utf8(provider_id.to_vec()).ok()?,
        })
    }
}

/// How many, and so many marks; then what follows them.
fn guards(bytes: &[u8]) -> Option<(Vec<Mark>, &[u8])> {
    let (count, rest) = bytes.split_first()?;
    let (marks, rest) = rest.split_at_checked(usize::from(*count) * size_of::<Mark>())?;
    let (marks, _) = marks.as_chunks();
    Some((marks.iter().map(|mark| Mark(*mark)).collect(), rest))
}

/// In a time that does not tell where the two differ.
fn are_equal(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |sum, (one, other)| sum | (one ^ other)) == 0
}

/// Makes the ids of the responses that answer one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealer {
    /// What ids are made with.
    pub secret: Secret,
    /// Whose the responses are.
    pub owner: Mark,
    /// The deployment that answers; the attempt fills it in.
    #[serde(default)]
    pub deployment: Mark,
    /// The model as the client named it.
    pub model: String,
    /// Guardrails that look at the answer because the request says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guards: Vec<Mark>,
    /// The response that the request is about, or goes on from.
    #[serde(default)]
    pub known: Option<Known>,
}

/// A response of which the client told the id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// The id as the client has it.
    pub id: String,
    /// The provider's own.
    pub provider_id: String,
}

impl Sealer {
    /// The client's id of a response that the provider keeps (`kept`) or nobody does. One that the client told
    /// stays as it was told.
    #[must_use]
    pub fn seal(&self, provider_id: &str, kept: bool) -> String {
        if let Some(known) = self.known.as_ref().filter(|known| known.provider_id == provider_id) {
            return known.id.clone();
        }
        let id = ResponseId {
            kept,
            guards: self.guards.clone(),
            has_many_guards: false,
            owner: self.owner,
            deployment: self.deployment,
            model: self.model.clone(),
            provider_id: provider_id.to_owned(),
        };
        id.sealed(&self.secret)
    }

    /// A text of the provider's, with the client's id where it has its own.
    #[must_use]
    pub fn in_words(&self, text: &str) -> String {
        match self.known.as_ref().filter(|known| !known.provider_id.is_empty()) {
            Some(known) => text.replace(&known.provider_id, &known.id),
            None => text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
