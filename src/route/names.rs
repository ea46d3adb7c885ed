//! Groups by name, alias or pattern.

use super::{Fallback, Group, Router, Target};

/// A group that a name means.
#[derive(Clone, Debug, PartialEq)]
pub struct Named<'r> {
    /// The group.
    pub group: &'r Group,
    /// What the pattern's stars stand for; empty for a plain name. They fill the stars of the deployment's
    /// own model name.
    pub captures: Vec<String>,
}

impl Router {
    /// The group that a model name means: an alias (followed once), an exact name, else the most specific
    /// pattern: the longest, and of those the one with fewer stars.
    #[must_use]
    pub fn named(&self, model: &str) -> Option<Named<'_>> {
        let name = self.aliases.iter().find(|alias| alias.alias == model).map_or(model, |alias| &alias.group);
        if name.contains('*') {
            // A pattern is no model; a provider would be asked for a star.
            return None;
        }
        if let Some(group) = self.groups.iter().find(|group| group.name == name) {
            return Some(Named { group, captures: Vec::new() });
        }
        let patterns = self.groups.iter().filter(|group| group.name.contains('*'));
        let fitting = patterns.filter_map(|group| Some((group, captures(&group.name, name)?)));
        let (group, captures) =
            fitting.max_by_key(|(group, captures)| (group.name.len(), std::cmp::Reverse(captures.len())))?;
        Some(Named { group, captures })
    }

    /// Where a request goes when `group` has failed, in order.
    #[must_use]
    pub fn fallbacks_of(&self, group: &str) -> &[Target] {
        self.fallbacks_meant(&Meant::new(group, &[]))
    }

    /// The entries of one kind of fallbacks that are of single names, which a pattern's group serves.
    pub fn of_names<'r>(
        &'r self,
        fallbacks: &'r [Fallback],
        group: &'r Group,
    ) -> impl Iterator<Item = &'r Fallback> {
        let serves = move |name: &str| self.named(name).is_some_and(|named| named.group.name == group.name);
        fallbacks.iter().filter(move |entry| entry.from != group.name && serves(&entry.from))
    }

    /// Where a request for a name goes when its group has failed, in order.
    pub(super) fn fallbacks_meant(&self, meant: &Meant<'_>) -> &[Target] {
        targets(&self.fallbacks, meant).unwrap_or(&self.default_fallbacks)
    }
}

/// The entry of a model in one kind of fallbacks, else the entry of `*`.
pub(super) fn targets<'r>(fallbacks: &'r [Fallback], meant: &Meant<'_>) -> Option<&'r [Target]> {
    let entry = |name: &str| fallbacks.iter().find(|entry| entry.from == name);
    meant.find(entry).or_else(|| entry("*")).map(|entry| entry.to.as_slice())
}

/// By which names settings of a model are found: its own, where a pattern serves it, and then its group's.
pub(super) struct Meant<'n> {
    asked: Option<String>,
    group: &'n str,
}

impl<'n> Meant<'n> {
    /// `captures`: what the stars of the group's name stand for.
    pub fn new(group: &'n str, captures: &[String]) -> Self {
        Self { asked: (!captures.is_empty()).then(|| filled(group, captures)), group }
    }

    /// What is found by the first name that finds anything.
    pub fn find<T>(&self, by_name: impl Fn(&str) -> Option<T>) -> Option<T> {
        self.asked.as_deref().and_then(&by_name).or_else(|| by_name(self.group))
    }
}

/// A group's name as a client says it: what the stars stand for takes their place.
#[must_use]
pub fn filled(pattern: &str, captures: &[String]) -> String {
    captures.iter().fold(pattern.to_owned(), |name, capture| name.replacen('*', capture, 1))
}

/// Whether a name is meant by a pattern, or is the name itself.
#[must_use]
pub fn matches(pattern: &str, name: &str) -> bool {
    pattern == name || (pattern.contains('*') && captures(pattern, name).is_some())
}

/// What the stars of a pattern stand for in a name; `None` where it does not match. Each star but the last
/// takes as little as it can.
fn captures(pattern: &str, name: &str) -> Option<Vec<String>> {
    let mut parts = pattern.split('*');
    let mut rest = name.strip_prefix(parts.next()?)?;
    let mut captures = Vec::new();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let (taken, after) =
            if parts.peek().is_none() { (rest.strip_suffix(part)?, "") } else { rest.split_once(part)? };
        captures.push(taken.to_owned());
        rest = after;
    }
    Some(captures)
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn stars_capture() {
        let cases: &[(&str, &str, Option<&[&str]>)] = &[
            ("*", "gpt-4.1", Some(&["gpt-4.1"])),
            ("openai/*", "openai/gpt-4.1", Some(&["gpt-4.1"])),
            ("openai/*", "azure/gpt-4.1", None),
            ("*-latest", "gpt-latest", Some(&["gpt"])),
            ("a*b*c", "a1b2c", Some(&["1", "2"])),
            ("a*b*c", "a1b2", None),
            ("a*a", "a", None),
            ("a**", "axy", Some(&["", "xy"])),
        ];
        for (pattern, name, expected) in cases {
            let expected = expected.map(|parts| parts.iter().map(ToString::to_string).collect::<Vec<_>>());
            assert_eq!(captures(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn the_most_specific_pattern_counts() {
        let group = |name: &str| Group { name: name.to_owned(), deployments: vec![0] };
        let router = Router {
            groups: vec![group("*"), group("openai/*"), group("openai/gpt-*"), group("openai/gpt-4.1")],
            ..Router::default()
        };
        let name = |model: &str| router.named(model).map(|named| named.group.name.clone()).unwrap();
        assert_eq!(name("openai/gpt-4.1"), "openai/gpt-4.1");
        assert_eq!(name("openai/gpt-5"), "openai/gpt-*");
        assert_eq!(name("openai/o3"), "openai/*");
        assert_eq!(name("else"), "*");
        assert_eq!(router.named("openai/gpt-5").unwrap().captures, ["5"]);
        assert_eq!(router.named("openai/*"), None, "a pattern is not a model");
    }
}
