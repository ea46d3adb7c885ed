//! The answers of fixed wording, from `tables/errors/`.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Provider, Refusal, Shape, plain};

/// Every provider's answers, by status and by name.
#[derive(Debug)]
pub struct Catalogue {
    openai: Entries,
    azure: Entries,
    anthropic: Entries,
    gemini: Entries,
}

type Entries = HashMap<String, Entry>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    status: u16,
    body: Value,
}

impl Catalogue {
    /// Reads the answers that are part of the program.
    ///
    /// # Errors
    /// The parser's sentence for the first file with a mistake.
    pub fn load() -> Result<Self, String> {
        Ok(Self {
            openai: entries("openai", include_str!("../../tables/errors/openai.yaml"))?,
            azure: entries("azure", include_str!("../../tables/errors/azure.yaml"))?,
            anthropic: entries("anthropic", include_str!("../../tables/errors/anthropic.yaml"))?,
            gemini: entries("gemini", include_str!("../../tables/errors/gemini.yaml"))?,
        })
    }

    /// The answer that `provider` documents under `name`; `{model}` in it becomes `model`.
    #[must_use]
    pub fn find(&self, provider: Provider, name: &str, model: &str) -> Option<Refusal> {
        let entry = self.lists(provider).into_iter().find_map(|entries| entries.get(name))?;
        Some(Refusal { status: entry.status, body: filled(&entry.body, model) })
    }

    /// The answer for a status, with a plain sentence where the provider documents none.
    #[must_use]
    pub fn for_status(&self, provider: Provider, status: u16, model: &str) -> Refusal {
        self.find(provider, &status.to_string(), model).unwrap_or_else(|| {
            plain(provider, status, &format!("mock-providers: status {status} as scripted"))
        })
    }

    /// The names that [`find`](Self::find) knows for `provider`, sorted.
    #[must_use]
    pub fn names(&self, provider: Provider) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.lists(provider).into_iter().flat_map(|entries| entries.keys().map(String::as_str)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Where to look, in order: Azure differs from OpenAI only in places, and who is compatible has its words.
    fn lists(&self, provider: Provider) -> Vec<&Entries> {
        match provider.row().shape {
            Shape::OpenAi | Shape::Groq | Shape::Mistral => vec![&self.openai],
            Shape::Azure => vec![&self.azure, &self.openai],
            Shape::Anthropic => vec![&self.anthropic],
            Shape::Gemini => vec![&self.gemini],
        }
    }
}

fn entries(file: &str, text: &str) -> Result<Entries, String> {
    serde_yaml_ng::from_str(text).map_err(|error| format!("tables/errors/{file}.yaml: {error}"))
}

fn filled(template: &Value, model: &str) -> Value {
    match template {
        Value::String(text) => Value::String(text.replace("{model}", model)),
        Value::Array(items) => items.iter().map(|item| filled(item, model)).collect(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), filled(value, model))).collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The statuses that a script may ask for by number must not fall back to our own words.
    #[test]
    fn every_provider_has_its_own_words_for_the_usual_statuses() {
        let catalogue = Catalogue::load().expect("the files hold no mistake");
        for provider in Provider::ALL {
            for status in [401, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 529] {
                let answer = catalogue.find(provider, &status.to_string(), "m").expect("documented");
                assert_eq!(answer.status, status, "{provider:?}");
            }
            for name in ["context_length_exceeded", "content_filter", "invalid_api_key", "missing_api_key"] {
                assert!(catalogue.find(provider, name, "m").is_some(), "{provider:?} {name}");
            }
        }
    }

    #[test]
    fn the_model_is_filled_in() {
        let catalogue = Catalogue::load().expect("the files hold no mistake");
        let answer = catalogue.for_status(Provider::Anthropic, 404, "claude-x");
        assert_eq!(answer.body["error"]["message"], "model: claude-x");
    }
}
