//! What the `metadata` column tells, of our rows and of those that LiteLLM wrote: a field that is missing or of another
//! shape is as if nothing was told.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use spillway_filter::event::{Attempt, ErrorInformation, GuardrailInformation};
use spillway_filter::wire::value;

/// The fields that a request's story has.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct ToldMetadata {
    /// The key's alias when the request was made.
    pub(crate) key_alias: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) guardrails: Vec<GuardrailInformation>,
    pub(crate) error: Option<ErrorInformation>,
    pub(crate) cache_read: u64,
    pub(crate) cache_write: u64,
    pub(crate) reasoning: u64,
    pub(crate) retries: u32,
    pub(crate) fallbacks: u32,
    /// The caller's own metadata, as JSON.
    pub(crate) of_caller: Option<String>,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) http_status: Option<u16>,
    pub(crate) stream: bool,
    pub(crate) client_disconnected: bool,
}

impl ToldMetadata {
    /// Reads the column.
    pub(crate) fn read(json: &str) -> Self {
        let mut told = Fields(read(json).unwrap_or_default());
        let mut usage = Fields(told.take("usage_object"));
        let mut completion = Fields(usage.take("completion_tokens_details"));
        Self {
            key_alias: told.take("user_api_key_alias"),
            user_agent: told.take("user_agent"),
            guardrails: told.take("guardrail_information"),
            error: told.take("error_information"),
            cache_read: usage.take("cache_read_input_tokens"),
            cache_write: usage.take("cache_creation_input_tokens"),
            reasoning: completion.take("reasoning_tokens"),
            retries: told.take("attempted_retries"),
            fallbacks: told.take("attempted_fallbacks"),
            of_caller: told
                .take::<Option<Map<String, Value>>>("spend_logs_metadata")
                .map(|map| Value::from(map).to_string()),
            attempts: told.take("spillway_attempts"),
            http_status: told.take("spillway_http_status"),
            stream: told.take("spillway_stream"),
            client_disconnected: told.take("spillway_client_disconnected"),
        }
    }
}

/// An object whose members the caller may have named.
fn read(json: &str) -> Option<Map<String, Value>> {
    match value::parse(json.as_bytes()) {
        Ok(Value::Object(members)) => Some(members),
        _ => None,
    }
}

struct Fields(Map<String, Value>);

impl Fields {
    fn take<T: DeserializeOwned + Default>(&mut self, name: &str) -> T {
        self.0.remove(name).and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_is_not_told() {
        let nothing = ToldMetadata::default();
        for json in ["", "7", "{}", r#"{"usage_object":null,"attempted_retries":null,"spillway_attempts":7}"#]
        {
            assert_eq!(ToldMetadata::read(json), nothing, "{json}");
        }
        let told =
            ToldMetadata::read(r#"{"user_agent":"curl","spillway_stream":"yes","attempted_retries":2}"#);
        assert_eq!((told.user_agent.as_deref(), told.stream, told.retries), (Some("curl"), false, 2));
    }
}
