//! The model names that other sections may refer to.

use super::cursor::Cursor;
use super::patterns::is_pattern;
use super::prices::known_prices;
use super::suggest::did_you_mean;
use crate::route::{Alias, matches};
use crate::wire::Provider;

/// Names that one is compared with: of a file with thousands of groups whose names changed, each would be with each.
const MOST_COMPARED: usize = 500;

/// Groups and their aliases.
pub(super) struct Names {
    groups: Vec<String>,
    aliases: Vec<Alias>,
}

impl Names {
    pub fn new(groups: Vec<String>) -> Self {
        Self { groups, aliases: Vec::new() }
    }

    pub fn add_alias(&mut self, alias: Alias) {
        self.aliases.push(alias);
    }

    pub fn into_aliases(self) -> Vec<Alias> {
        self.aliases
    }

    pub fn is_group(&self, name: &str) -> bool {
        self.groups.iter().any(|group| group == name)
    }

    /// The group that a setting for a whole group names, by itself or as an alias; an error at `at` if none.
    pub fn group(&self, at: &Cursor<'_>, name: &str) -> Option<String> {
        if self.is_group(name) {
            return Some(name.to_owned());
        }
        let meant = self.alias(name).unwrap_or(name);
        if self.is_group(meant) {
            return Some(meant.to_owned());
        }
        match self.pattern_of(meant) {
            Some(pattern) => at.error(
                of_a_pattern(name, pattern),
                format!("write it for `{pattern}`, or give `{meant}` an entry in `model_list`"),
            ),
            None => self.report_unknown(at, name),
        }
        None
    }

    /// What a setting is for that counts for one model, too: a group, or a name that a pattern serves, by itself or as an
    /// alias; an error at `at` if none.
    pub fn group_or_served(&self, at: &Cursor<'_>, name: &str) -> Option<String> {
        let meant = self.alias(name).unwrap_or(name);
        let is_a_groups = self.is_group(name) || self.is_group(meant);
        match self.pattern_of(meant).filter(|_| !is_pattern(meant) && !is_a_groups) {
            Some(pattern) => {
                if meant == name {
                    self.warn_of_a_near_name(at, name, pattern);
                }
                Some(meant.to_owned())
            }
            None => self.group(at, name),
        }
    }

    /// Warns where a name that only a pattern serves is probably a group's, misspelt: a pattern may serve any name, and
    /// the group would be without what stands here. A model that is known is none, nor is a name of another version.
    fn warn_of_a_near_name(&self, at: &Cursor<'_>, name: &str, pattern: &str) {
        let unnumbered = |name: &str| name.replace(|c: char| c.is_ascii_digit(), "").to_lowercase();
        let aliases = self.aliases.iter().map(|alias| alias.alias.as_str());
        let groups = self.groups.iter().map(String::as_str).filter(|group| !is_pattern(group));
        let others = groups
            .chain(aliases)
            .take(MOST_COMPARED)
            .filter(|other| unnumbered(other) != unnumbered(name) || other.eq_ignore_ascii_case(name));
        let Some(hint) = did_you_mean(name, others) else { return };
        if !Provider::ALL.iter().any(|provider| known_prices(*provider, name).is_some()) {
            at.warning(of_a_pattern(name, pattern), hint);
        }
    }

    /// What a request can be sent on to: a group, what an alias means, or a name that a pattern matches; an
    /// error at `at` if it is none of them.
    pub fn model(&self, at: &Cursor<'_>, name: &str) -> Option<String> {
        let meant = self.alias(name).unwrap_or(name);
        if is_pattern(meant) && (self.is_group(meant) || self.pattern_of(meant).is_some()) {
            at.error(
                format!("found the pattern `{name}`, expected one model's name"),
                format!("write one of the names that `{meant}` matches"),
            );
            return None;
        }
        if self.is_group(meant) || self.pattern_of(meant).is_some() {
            return Some(meant.to_owned());
        }
        self.report_unknown(at, name);
        None
    }

    /// What a key's entry allows: a group, what an alias means, a name or a narrower pattern that a group's
    /// pattern covers, or every group that the entry itself matches; an error at `at` if nothing.
    pub fn allowed(&self, at: &Cursor<'_>, name: &str) -> Vec<String> {
        let meant = self.alias(name).unwrap_or(name);
        let mut allowed: Vec<String> =
            self.groups.iter().filter(|group| matches(meant, group)).cloned().collect();
        let known = self.is_group(meant) || self.pattern_of(meant).is_some();
        if known && !allowed.iter().any(|group| group == meant) {
            allowed.push(meant.to_owned());
        }
        if allowed.is_empty() {
            self.report_unknown(at, name);
        }
        allowed
    }

    fn alias(&self, name: &str) -> Option<&str> {
        self.aliases.iter().find(|alias| alias.alias == name).map(|alias| alias.group.as_str())
    }

    /// A group's pattern that matches a name.
    fn pattern_of(&self, name: &str) -> Option<&str> {
        self.groups.iter().map(String::as_str).find(|group| is_pattern(group) && matches(group, name))
    }

    fn report_unknown(&self, at: &Cursor<'_>, name: &str) {
        at.error(format!("no model group is named `{name}`"), self.hint(name));
    }

    fn hint(&self, name: &str) -> Option<String> {
        const MOST_NAMED: usize = 8;
        let aliases = self.aliases.iter().map(|alias| alias.alias.as_str());
        let names = self.groups.iter().map(String::as_str).chain(aliases);
        did_you_mean(name, names.take(MOST_COMPARED)).or_else(|| {
            let (named, more) = (self.groups.iter().take(MOST_NAMED), self.groups.len() > MOST_NAMED);
            let list: Vec<String> = named.map(|group| format!("`{group}`")).collect();
            (!list.is_empty())
                .then(|| format!("the groups are {}{}", list.join(", "), if more { ", …" } else { "" }))
        })
    }
}

fn of_a_pattern(name: &str, pattern: &str) -> String {
    format!("`{name}` is one of the names that the group `{pattern}` serves, not a group")
}
