//! What the model is made to say, before any API shapes it.

use serde_json::{Value, json};

use super::asked::{self, Tool};
use super::fitting;
use crate::provider::Provider;
use crate::script::{Finish, Script};

/// When every answer was made, in seconds since 1970: fixed, so that answers can be compared whole.
pub const CREATED: u64 = 1_767_225_600;

/// Above this length a text is cut into few deltas, not into words.
const LONG_TEXT: usize = 4096;
const DELTAS_OF_LONG_TEXT: usize = 16;

/// One answer of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Whose model.
    pub provider: Provider,
    /// The model's name, as the request gave it.
    pub model: String,
    /// Sixteen hexadecimal digits: the same for the same request.
    pub id: String,
    /// The text; `None` where the answer is tool calls alone.
    pub text: Option<String>,
    /// The text as it is streamed.
    pub deltas: Vec<String>,
    /// The reasoning that comes before it.
    pub reasoning: Option<String>,
    /// The calls of tools.
    pub calls: Vec<Call>,
    /// What is counted.
    pub usage: Usage,
    /// Why it ends, unless with tool calls.
    pub finish: Finish,
}

/// The call of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The digits that the API puts its own prefix before.
    pub id: String,
    /// The tool's name: one that the request declares, if it declares any.
    pub name: String,
    /// The arguments: a JSON object, as text.
    pub arguments: String,
}

impl Call {
    /// The arguments as JSON.
    #[must_use]
    pub fn input(&self) -> Value {
        serde_json::from_str(&self.arguments).unwrap_or_default()
    }
}

/// Tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Of the prompt.
    pub input: u64,
    /// Of the answer, with its reasoning.
    pub output: u64,
    /// Of the reasoning.
    pub reasoning: u64,
    /// Of the prompt, what came from the cache.
    pub cache_read: u64,
    /// Of the prompt, what went into the cache.
    pub cache_write: u64,
    /// Of that, what is kept for an hour.
    pub cache_write_1h: u64,
}

impl Said {
    /// What `model` says to `request` under `script`.
    #[must_use]
    pub fn new(provider: Provider, model: &str, id: &str, request: &Value, script: &Script) -> Self {
        let calls = calls(request, script);
        let text = text(provider, model, request, script, !calls.is_empty());
        let reasoning = script.reasoning.then(|| "The request is plain, so the answer is, too.".to_owned());
        let (input, output) = script.tokens.unwrap_or((12, 8));
        let (cache_read, cache_write, cache_write_1h) = script.cached.unwrap_or_default();
        Self {
            provider,
            model: model.to_owned(),
            id: id.to_owned(),
            deltas: text.as_deref().map(|text| deltas(text, script.events)).unwrap_or_default(),
            text,
            calls,
            usage: Usage {
                input,
                output,
                reasoning: if reasoning.is_some() { output.min(4) } else { 0 },
                cache_read,
                cache_write,
                cache_write_1h,
            },
            reasoning,
            finish: script.finish.unwrap_or(Finish::Stop),
        }
    }
}

/// What is said beside the calls: what the script says; else JSON of the shape that the request asks for; else
/// whose model answers.
fn text(provider: Provider, model: &str, request: &Value, script: &Script, calls: bool) -> Option<String> {
    let asked_for = (script.text.is_some() || script.large.is_some()) && !script.tool_loop;
    if calls && !asked_for {
        return None;
    }
    let usual = || match asked::output_schema(request) {
        Some(schema) => fitting::value(schema, "Paris").to_string(),
        None => format!("Hello from {}/{model}.", provider.name()),
    };
    let text = script.text.clone().unwrap_or_else(usual);
    let bytes = script.large.unwrap_or(text.len());
    // Every delta is to have a character at least.
    let letters = script.events.unwrap_or(0);
    Some(lengthened(text, bytes, letters))
}

fn lengthened(text: String, bytes: usize, letters: usize) -> String {
    let unit = if text.is_empty() { "x".to_owned() } else { format!("{text} ") };
    let mut long = text;
    while long.len() < bytes || long.chars().count() < letters {
        long.push_str(&unit.repeat(1 + bytes.saturating_sub(long.len()) / unit.len()));
    }
    let end = long.floor_char_boundary(bytes);
    let enough = long.char_indices().nth(letters).map_or(long.len(), |(index, _)| index);
    long.truncate(end.max(enough));
    long
}

fn deltas(text: &str, events: Option<usize>) -> Vec<String> {
    let events = events.or_else(|| (text.len() > LONG_TEXT).then_some(DELTAS_OF_LONG_TEXT));
    let Some(events) = events else { return text.split_inclusive(' ').map(str::to_owned).collect() };
    let letters: Vec<char> = text.chars().collect();
    let cut = |index: usize| letters.len() * index / events;
    let slice = |index: usize| letters.get(cut(index)..cut(index + 1)).unwrap_or_default();
    (0..events).map(|index| slice(index).iter().collect()).collect()
}

fn calls(request: &Value, script: &Script) -> Vec<Call> {
    if script.tool_loop && asked::brings_a_result(request) {
        return Vec::new();
    }
    let id = |index: usize| format!("mock{:020}", index + 1);
    if let Some((name, arguments)) = &script.call {
        return vec![Call { id: id(0), name: name.clone(), arguments: arguments.clone() }];
    }
    let count = script.tool_calls.max(usize::from(script.tool_loop));
    let declared = asked::tools(request);
    let tool = |index: usize| declared.get(index % declared.len().max(1));
    let call = |index: usize| Call {
        id: id(index),
        name: tool(index).map_or("get_weather", |tool| tool.name).to_owned(),
        arguments: arguments(tool(index), if index == 0 { "Paris" } else { "Rome" }),
    };
    (0..count).map(call).collect()
}

/// Arguments that fit the tool's schema; a place, where it asks for none.
fn arguments(tool: Option<&Tool<'_>>, word: &str) -> String {
    let fitting = tool.map_or(Value::Null, |tool| fitting::value(tool.schema, word));
    let says_something = fitting.as_object().is_some_and(|fields| !fields.is_empty());
    let arguments = if says_something { fitting } else { json!({"location": word}) };
    arguments.to_string()
}

/// An id for a request: the FNV-1a hash of its path and body, so that the same request has the same id.
#[must_use]
pub fn id_of(path: &str, body: &[u8]) -> String {
    let hash = path.bytes().chain(body.iter().copied()).fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(script: &str, request: Value) -> Said {
        let script = Script::parse(script).expect("known verbs");
        Said::new(Provider::OpenAi, "m", "0", &request, &script)
    }

    #[test]
    fn the_text_is_cut_into_deltas_without_loss() {
        for script in [
            "",
            "events=3",
            "events=40",
            "large=10000",
            "large=7",
            "text=%C3%A9%C3%A9,large=3",
            "text=,events=2",
        ] {
            let said = said(script, Value::Null);
            assert_eq!(Some(said.deltas.concat()), said.text, "{script}");
            assert!(said.deltas.iter().all(|delta| !delta.is_empty()), "{script}");
        }
        assert_eq!(said("", Value::Null).text.as_deref(), Some("Hello from openai/m."));
        assert_eq!(said("events=40", Value::Null).deltas.len(), 40);
        assert_eq!(said("events=9,large=500", Value::Null).text.map(|text| text.len()), Some(500));
        assert_eq!(said("large=10000", Value::Null).text.map(|text| text.len()), Some(10000));
    }

    #[test]
    fn declared_tools_are_called_in_turn() {
        let chat = json!({"tools": [{"type": "function", "function": {"name": "a"}}, {"type": "function", "function": {"name": "b"}}]});
        let names: Vec<String> = said("tool-call=3", chat).calls.into_iter().map(|call| call.name).collect();
        assert_eq!(names, ["a", "b", "a"]);
        let gemini = json!({"tools": [{"functionDeclarations": [{"name": "g"}]}]});
        assert_eq!(said("tool-call", gemini).calls[0].name, "g");
        let alone = said("tool-call", Value::Null);
        assert_eq!((alone.text, alone.calls[0].name.as_str()), (None, "get_weather"));
    }

    #[test]
    fn a_tool_loop_ends_with_the_text() {
        let tool = json!({"name": "a", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}});
        let first = said("tool-loop,text=Sunny", json!({"tools": [tool]}));
        assert_eq!((first.text, first.calls[0].arguments.as_str()), (None, r#"{"city":"Paris"}"#));
        let messages = json!([{"role": "user", "content": [{"type": "tool_result"}]}]);
        let last = said("tool-loop,text=Sunny", json!({"tools": [tool], "messages": messages}));
        assert_eq!((last.text.as_deref(), last.calls), (Some("Sunny"), Vec::new()));
    }

    #[test]
    fn a_call_is_as_the_script_says() {
        let called = said("call=run:%7B%22cmd%22:%22ls%22%7D", Value::Null).calls;
        assert_eq!((called[0].name.as_str(), called[0].arguments.as_str()), ("run", r#"{"cmd":"ls"}"#));
    }

    #[test]
    fn an_answer_fits_the_schema_that_is_asked_for() {
        let format = json!({"type": "json_schema", "schema": {"properties": {"day": {"const": 1}}}});
        let request = json!({"text": {"format": format}});
        assert_eq!(said("", request.clone()).text.as_deref(), Some(r#"{"day":1}"#));
        assert_eq!(said("text=no", request).text.as_deref(), Some("no"));
    }
}
