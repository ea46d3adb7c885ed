//! What a provider has counted of a stream, and how much it has said since: most count only at the end, which a
//! stream that breaks, or whose client leaves, never reaches.

use serde_json::value::RawValue;

use crate::usage::{MOST_SEARCHES, Usage};
use crate::wire::json::{Fields, Kind, elements};

/// The count of one stream so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    counted: Option<Usage>,
    said_since: u64,
    searches: u64,
}

impl Tally {
    /// So many bytes of text came.
    pub(super) fn said(&mut self, bytes: u64) {
        self.said_since = self.said_since.saturating_add(bytes);
    }

    /// The provider counted, all that came before; only the prompt, where no output is told, as in Gemini's first
    /// events. `None`, and what is no count ([`Usage::is_a_count`]), tell nothing.
    pub(super) fn counts(&mut self, usage: Option<Usage>) {
        let Some(usage) = usage.filter(Usage::is_a_count) else { return };
        self.counted = Some(usage);
        if usage.output > 0 {
            self.said_since = 0;
        }
    }

    /// So many searches have come so far that the provider charges for.
    pub(super) fn has_searched(&mut self, searches: u64) {
        self.searches = searches.min(MOST_SEARCHES);
    }

    /// Searches that came, whoever counted them.
    pub(super) fn searches(&self) -> u64 {
        self.searches
    }

    /// The provider's last count.
    pub(super) fn usage(&self) -> Option<Usage> {
        self.counted
    }

    /// Bytes of text that came after that count.
    pub(super) fn said_since(&self) -> u64 {
        self.said_since
    }
}

/// Bytes of a JSON string, escapes as they are written; 0 for any other value.
pub(super) fn bytes_of(value: &RawValue) -> u64 {
    match Kind::of(value) {
        Kind::Text => (value.get().len() as u64).saturating_sub(2),
        _ => 0,
    }
}

/// Bytes of text of the named members.
pub(super) fn bytes_in(fields: &Fields<'_>, names: &[&str]) -> u64 {
    names.iter().filter_map(|name| fields.set(name)).map(bytes_of).sum()
}

/// Bytes of text of a chat chunk's `delta`.
pub(super) fn bytes_of_delta(delta: &Fields<'_>) -> u64 {
    let argument = |call: &RawValue| {
        let called = Fields::of(call).ok().and_then(|call| Fields::of(call.set("function")?).ok());
        called.map_or(0, |called| bytes_in(&called, &["name", "arguments"]))
    };
    let calls = delta.set("tool_calls").and_then(|calls| elements(calls).ok()).unwrap_or_default();
    let said = bytes_in(delta, &["content", "refusal", "reasoning_content", "reasoning"]);
    said.saturating_add(calls.into_iter().map(argument).sum())
}

/// Bytes of text in an answer of any dialect, or in what has come of it, roughly: of the members that hold what a model
/// says, thinks or calls, escapes as they are written. For the rare answer whose provider counts nothing. Makes no tree,
/// which would be many times as long as the answer.
#[must_use]
pub fn bytes_said(answer: &[u8]) -> u64 {
    let (mut said, mut name, mut rest): (u64, &[u8], &[u8]) = (0, b"", answer);
    while let Some(quote) = rest.iter().position(|byte| *byte == b'"') {
        let (text, behind) = text_of(rest.get(quote + 1..).unwrap_or_default());
        rest = behind;
        if rest.trim_ascii_start().first() == Some(&b':') {
            name = text;
        } else if SAID.iter().any(|known| known.as_bytes() == name) {
            said = said.saturating_add(text.len() as u64);
        }
    }
    said
}

/// What stands before the quotation mark that ends a JSON string, and what stands behind it.
fn text_of(string: &[u8]) -> (&[u8], &[u8]) {
    let mut escaped = false;
    let end = string.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    let (text, behind) = string.split_at(end.unwrap_or(string.len()));
    (text, behind.get(1..).unwrap_or_default())
}

/// Members that hold what a model says, thinks or calls.
const SAID: [&str; 8] =
    ["text", "content", "arguments", "reasoning_content", "reasoning", "refusal", "thinking", "input"];

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::translate::{Progress, Stream, View};
    use crate::usage::MOST_TOKENS;
    use crate::wire::{Api, Dialect};

    fn stream(dialect: Dialect, api: Api, events: &[&str]) -> Stream {
        let view =
            View { model: "m".to_owned(), include_usage: false, created_s: 1, echo: Vec::new(), ids: None };
        let mut stream = Stream::new(dialect, api, view);
        let mut out = Vec::new();
        for event in events {
            let progress = stream.push(format!("data: {event}\n\n").as_bytes(), &mut out);
            assert!(!matches!(progress, Progress::Failed(_)), "{event}: {progress:?}");
        }
        stream
    }

    /// Every API's stream, cut after ten bytes of text, is known to have said as much, whoever reads it.
    #[test]
    fn what_a_cut_stream_said_is_known() {
        let chat: &[&str] = &[
            r#"{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":"","reasoning_content":"abc"}}]}"#,
            r#"{"id":"c","choices":[{"index":0,"delta":{"content":"d"}}],"usage":{"prompt_tokens":0,"completion_tokens":0}}"#,
            r#"{"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"f","arguments":""}}]}}]}"#,
            r#"{"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":"}}]}}]}"#,
        ];
        let messages: &[&str] = &[
            r#"{"type":"message_start","message":{"id":"m","role":"assistant","content":[],"usage":{"input_tokens":7,"cache_read_input_tokens":3,"output_tokens":1}}}"#,
            r#"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"abcd"}}"#,
            r#"{"type":"content_block_stop","index":0}"#,
            r#"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}"#,
            r#"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"efghij"}}"#,
        ];
        let responses: &[&str] = &[
            r#"{"type":"response.created","sequence_number":0,"response":{"id":"r","model":"p","output":[],"usage":null}}"#,
            r#"{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"message","id":"i","role":"assistant","content":[]}}"#,
            r#"{"type":"response.content_part.added","sequence_number":2,"item_id":"i","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]}}"#,
            r#"{"type":"response.output_text.delta","sequence_number":3,"item_id":"i","output_index":0,"content_index":0,"delta":"abcdefghij"}"#,
        ];
        let gemini: &[&str] =
            &[r#"{"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"abcdefghij"}]}}]}"#];
        for dialect in [Dialect::Chat, Dialect::Responses, Dialect::Messages] {
            for (api, events, said) in [
                // A call's argument is 5 bytes, or 6 as JSON writes them, and its name is one.
                (Api::ChatCompletions, chat, 11..=12),
                (Api::Messages, messages, 10..=10),
                (Api::Responses, responses, 10..=10),
                (Api::GenerateContent, gemini, 10..=10),
            ] {
                let stream = stream(dialect, api, events);
                assert!(said.contains(&stream.said_since()), "{dialect:?} {api:?}: {}", stream.said_since());
                let input = stream.usage().map(|usage| (usage.input, usage.cache_read));
                assert_eq!(input, (api == Api::Messages).then_some((10, 3)), "{dialect:?} {api:?}");
            }
        }
    }

    /// Gemini counts in the event that brings the last of its text, in front of it.
    #[test]
    fn a_count_covers_its_own_event() {
        let event = r#"{"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"abc"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":1}}"#;
        for dialect in [Dialect::Chat, Dialect::Responses, Dialect::Messages] {
            assert_eq!(stream(dialect, Api::GenerateContent, &[event]).said_since(), 0, "{dialect:?}");
        }
    }

    #[test]
    fn a_count_covers_what_came_before_it() {
        let mut tally = Tally::default();
        tally.said(10);
        tally.counts(Some(Usage::default()));
        assert_eq!((tally.usage(), tally.said_since()), (None, 10), "it counted nothing");
        tally.counts(Some(Usage { input: 3, ..Usage::default() }));
        assert_eq!(
            (tally.usage().map(|usage| usage.input), tally.said_since()),
            (Some(3), 10),
            "only the prompt"
        );
        let usage = Usage { input: 3, output: 2, ..Usage::default() };
        tally.counts(Some(usage));
        tally.counts(None);
        tally.said(4);
        tally.counts(Some(Usage { cache_write: MOST_TOKENS + 1, ..usage }));
        assert_eq!((tally.usage(), tally.said_since()), (Some(usage), 4));
    }

    #[test]
    fn whole_answers_of_every_dialect() {
        for (answer, bytes) in [
            (r#"{"id":"abc","choices":[{"message":{"role":"assistant","content":"four"}}]}"#, 4),
            (
                r#"{"type":"message","content":[{"type":"text","text":"four"},{"type":"thinking","thinking":"two"}]}"#,
                7,
            ),
            (r#"{"output":[{"type":"message","content":[{"type":"output_text","text":"four"}]}]}"#, 4),
            (
                r#"{"choices":[{"message":{"content":null,"tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}}]}"#,
                2,
            ),
            (r#"{"data":[{"embedding":[1,2]}]}"#, 0),
            ("no JSON", 0),
        ] {
            assert_eq!(bytes_said(answer.as_bytes()), bytes, "{answer}");
        }
    }

    #[test]
    fn whole_answers_that_are_cut() {
        for (answer, bytes) in [
            ("", 0),
            (r#"{"id":"abc","choices":[{"message":{"role":"assistant" ,"cont"#, 0),
            (r#"{"content" : ""#, 0),
            (r#"{"content" : "a \"#, 3),
            (r#"{"content" : "a \"b\\"#, 7),
            (r#"{"content" : "a \"b\\" , "refusal":"#, 7),
            (r#"{"content" : "a \"b\\" , "refusal":"d"#, 8),
            (r#"{"data":[{"b64":"abc"},{"text":"de"},{"b64":"f"#, 2),
        ] {
            assert_eq!(bytes_said(answer.as_bytes()), bytes, "{answer}");
        }
    }
}
