//! When a guardrail runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// LiteLLM's modes of guardrails on requests for models.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Before the request leaves.
    #[default]
    PreCall,
    /// Beside the call: the answer is withheld until the guardrail has said its part. What runs inside the
    /// gateway is done before the request leaves.
    DuringCall,
    /// On the answer.
    PostCall,
    /// On the request and the answer, of which it only tells.
    LoggingOnly,
}

impl Mode {
    /// As it is written in a configuration and in records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PreCall => "pre_call",
            Self::DuringCall => "during_call",
            Self::PostCall => "post_call",
            Self::LoggingOnly => "logging_only",
        }
    }

    /// Whether what it finds has consequences.
    #[must_use]
    pub fn enforces(self) -> bool {
        self != Self::LoggingOnly
    }

    /// The mode of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::PreCall, Self::DuringCall, Self::PostCall, Self::LoggingOnly]
            .into_iter()
            .find(|mode| mode.name() == name)
    }
}

/// The modes of one guardrail: those of all its tags that a request has, besides the default ones that enforce; or
/// else the default ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Modes {
    /// `mode`, or `mode.default`.
    pub default: Vec<Mode>,
    /// `mode.tags`
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, Vec<Mode>>,
}

impl Default for Modes {
    fn default() -> Self {
        Self { default: vec![Mode::PreCall], tags: BTreeMap::new() }
    }
}

impl Modes {
    /// The modes for a request with these tags. Tags are the client's own words: what enforces by default enforces
    /// whatever they are, and one that only tells takes nothing away of it, or of what another tag adds.
    pub(super) fn with(&self, tags: &[String]) -> Vec<Mode> {
        let of_tags: Vec<Mode> =
            tags.iter().filter_map(|tag| self.tags.get(tag)).flatten().copied().collect();
        if of_tags.is_empty() {
            return self.default.clone();
        }
        let mut modes = of_tags.clone();
        modes.extend(self.weakened_by(&of_tags));
        if modes.len() > of_tags.len() {
            modes.retain(|mode| mode.enforces());
        }
        modes.sort_unstable();
        modes.dedup();
        modes
    }

    /// The modes that enforce by default and that a tag's list would be without.
    pub(crate) fn weakened_by<'m>(&'m self, of_tag: &'m [Mode]) -> impl Iterator<Item = Mode> + 'm {
        self.default.iter().copied().filter(|mode| mode.enforces() && !of_tag.contains(mode))
    }
}

/// One way of a call: what a guardrail looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The client's request.
    Request,
    /// The answer, in the client's dialect.
    Answer,
}

impl Stage {
    /// The mode in which a guardrail of these modes runs here, inside the gateway. One that enforces goes before
    /// one that only tells.
    pub(super) fn mode(self, modes: &[Mode]) -> Option<Mode> {
        let order: &[Mode] = match self {
            Self::Request => &[Mode::PreCall, Mode::DuringCall, Mode::LoggingOnly],
            Self::Answer => &[Mode::PostCall, Mode::LoggingOnly],
        };
        order.iter().copied().find(|mode| modes.contains(mode))
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::Mode::{LoggingOnly, PostCall, PreCall};
    use super::*;

    #[test]
    fn of_several_tags_each_counts() {
        let of_tag = |name: &str, modes: &[Mode]| (name.to_owned(), modes.to_vec());
        let tags = [
            of_tag("strict", &[PreCall]),
            of_tag("lax", &[LoggingOnly]),
            of_tag("after", &[PostCall, PreCall]),
        ];
        let modes = Modes { default: vec![LoggingOnly], tags: tags.into() };
        for (tags, expected) in [
            (&["lax"][..], &[LoggingOnly][..]),
            (&["strict", "lax"], &[PreCall, LoggingOnly]),
            (&["lax", "strict"], &[PreCall, LoggingOnly]),
            (&["lax", "other", "after", "strict"], &[PreCall, PostCall, LoggingOnly]),
        ] {
            let tags: Vec<String> = tags.iter().map(ToString::to_string).collect();
            assert_eq!(modes.with(&tags), expected, "{tags:?}");
        }
    }

    #[test]
    fn a_tag_takes_nothing_away() {
        let modes = |default: &[Mode], of_tag: &[Mode]| {
            let tags = BTreeMap::from([("t".to_owned(), of_tag.to_vec())]);
            let modes = Modes { default: default.to_vec(), tags };
            assert_eq!(modes.with(&["other".to_owned()]), default);
            modes.with(&["other".to_owned(), "t".to_owned()])
        };
        assert_eq!(modes(&[LoggingOnly], &[PreCall]), [PreCall]);
        assert_eq!(modes(&[PreCall], &[LoggingOnly]), [PreCall]);
        assert_eq!(modes(&[PreCall], &[PostCall]), [PreCall, PostCall]);
        assert_eq!(modes(&[PreCall], &[PreCall, LoggingOnly]), [PreCall, LoggingOnly]);
        assert_eq!(modes(&[], &[LoggingOnly]), [LoggingOnly]);
    }
}
