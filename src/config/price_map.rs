//! `spillway_settings.prices`: a file in the format of LiteLLM's price map, `{model: {input_cost_per_token: …}}`.
//!
//! A model's entry takes the place of the built-in prices as a whole. Of the map's fields those are used that a
//! deployment may have as well (prices per token and search, and the mode `responses`), and what fast mode costs; entries
//! that no deployment needs are not looked at.

use std::collections::BTreeMap;
use std::iter;

use serde_json::{Map, Value};

use super::cursor::Cursor;
use super::fast_mode;
use super::guardrails::contents::contents;
use super::prices::known_as;
use super::rates::Written;
use super::section::Section;
use crate::pricing::Prices;
use crate::route::matches;
use crate::wire::Provider;

/// Most models of a pattern whose prices are handed on to its deployment.
const MOST_OF_A_PATTERN: usize = 1_000;

/// The map; empty where the file names none.
#[derive(Default)]
pub(super) struct PriceMap<'a> {
    entries: Option<(Cursor<'a>, &'a Map<String, Value>)>,
}

impl<'a> PriceMap<'a> {
    /// Reads `prices`.
    pub fn read(own: Option<&Section<'a>>) -> Self {
        let at = own.and_then(|own| own.get("prices"));
        let map = at.and_then(|at| contents(&at));
        Self { entries: map.and_then(|map| Some((map.at().clone(), map.at().fields()?))) }
    }

    /// What the map says of a provider's model: by the names that LiteLLM would look for, then by the others that
    /// [`known_as`] gives.
    pub fn prices(&self, provider: Provider, model: &str) -> Option<Prices> {
        self.entry(provider, self.find(provider, model)?.0)
    }

    /// Whether the map says that a provider's model is asked through the Responses API.
    pub fn wants_responses(&self, provider: Provider, model: &str) -> bool {
        let found = self.find(provider, model);
        let mode = found.and_then(|(_, entry)| entry.get("mode")).and_then(Value::as_str);
        provider.row().responses && mode == Some("responses")
    }

    /// The entry of a provider's model, under its name in the map.
    fn find(&self, provider: Provider, model: &str) -> Option<(&'a str, &'a Value)> {
        let (_, fields) = self.entries.as_ref()?;
        let prefixed = format!("{}/{model}", provider.name());
        let last = model.rsplit('/').next();
        let mut names = iter::once(prefixed.as_str()).chain(known_as(provider, model)).chain(last);
        let found = names
            .find_map(|name| fields.get_key_value(name).filter(|(name, entry)| is_of(provider, name, entry)));
        found.map(|(name, entry)| (name.as_str(), entry))
    }

    /// The prices of every model that a pattern of a provider's matches, by the provider's own name of it.
    pub fn of_pattern(&self, provider: Provider, pattern: &str) -> BTreeMap<String, Prices> {
        let Some((_, fields)) = &self.entries else { return BTreeMap::new() };
        let prefix = format!("{}/", provider.name());
        let of_provider = fields.iter().filter(|(name, entry)| is_of(provider, name, entry));
        of_provider
            .map(|(name, _)| (name.strip_prefix(&prefix).unwrap_or(name), name))
            .filter(|(own_name, _)| matches(pattern, own_name))
            .filter_map(|(own_name, name)| Some((own_name.to_owned(), self.entry(provider, name)?)))
            .take(MOST_OF_A_PATTERN)
            .collect()
    }

    /// An entry of a provider's model that prices tokens.
    fn entry(&self, provider: Provider, name: &str) -> Option<Prices> {
        let (at, fields) = self.entries.as_ref()?;
        let section = at.at_key(name, fields.get(name)?).section()?;
        let written = Written::read(&section, provider).settled();
        let prices = written.tells_the_base().then(|| written.over(&Prices::default()))?;
        Some(Prices { fast: fast_mode::factor(&section), ..prices })
    }
}

/// Whether an entry is about a model of a provider's: it says so itself, or its name does.
fn is_of(provider: Provider, name: &str, entry: &Value) -> bool {
    let own = provider.name();
    match entry.get("litellm_provider").and_then(Value::as_str) {
        // `vertex_ai-language-models`, `text-completion-openai`
        Some(said) => {
            said == own
                || said.strip_prefix(own).is_some_and(|rest| rest.starts_with('-'))
                || said.ends_with(&format!("-{own}"))
        }
        None => name
            .split_once('/')
            .is_none_or(|(prefix, _)| Provider::named(prefix).is_none_or(|named| named == provider)),
    }
}
