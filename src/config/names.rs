//! The model names that other sections may refer to.

use super::cursor::Cursor;
use super::suggest::did_you_mean;
use crate::route::Alias;

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

    /// The group that a name means, by itself or as an alias; an error at `at` if none.
    pub fn group(&self, at: &Cursor<'_>, name: &str) -> Option<String> {
        if self.is_group(name) {
            return Some(name.to_owned());
        }
        let alias = self.aliases.iter().find(|alias| alias.alias == name);
        if alias.is_none() {
            at.error(format!("no model group is named `{name}`"), self.hint(name));
        }
        alias.map(|alias| alias.group.clone())
    }

    fn hint(&self, name: &str) -> Option<String> {
        const MOST_NAMED: usize = 8;
        let aliases = self.aliases.iter().map(|alias| alias.alias.as_str());
        did_you_mean(name, self.groups.iter().map(String::as_str).chain(aliases)).or_else(|| {
            let (named, more) = (self.groups.iter().take(MOST_NAMED), self.groups.len() > MOST_NAMED);
            let list: Vec<String> = named.map(|group| format!("`{group}`")).collect();
            (!list.is_empty())
                .then(|| format!("the groups are {}{}", list.join(", "), if more { ", …" } else { "" }))
        })
    }
}
