//! What the model is made to say, before any API shapes it.

use serde_json::{Value, json};

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
}

impl Said {
    /// What `model` says to `request` under `script`.
    #[must_use]
    pub fn new(provider: Provider, model: &str, id: &str, request: &Value, script: &Script) -> Self {
        let text = text(provider, model, script);
        let reasoning = script.reasoning.then(|| "The request is plain, so the answer is, too.".to_owned());
        let (input, output) = script.tokens.unwrap_or((12, 8));
        Self {
            provider,
            model: model.to_owned(),
            id: id.to_owned(),
            deltas: text.as_deref().map(|text| deltas(text, script.events)).unwrap_or_default(),
            text,
            calls: calls(request, script.tool_calls),
            usage: Usage { input, output, reasoning: if reasoning.is_some() { output.min(4) } else { 0 } },
            reasoning,
            finish: script.finish.unwrap_or(Finish::Stop),
        }
    }
}

fn text(provider: Provider, model: &str, script: &Script) -> Option<String> {
    let asked_for = script.text.is_some() || script.large.is_some();
    if script.tool_calls > 0 && !asked_for {
        return None;
    }
    let text = script.text.clone().unwrap_or_else(|| format!("Hello from {}/{model}.", provider.name()));
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

fn calls(request: &Value, count: usize) -> Vec<Call> {
    let declared = declared_tools(request);
    let name =
        |index: usize| declared.get(index % declared.len().max(1)).map_or("get_weather", String::as_str);
    let call = |index: usize| Call {
        id: format!("mock{:020}", index + 1),
        name: name(index).to_owned(),
        arguments: json!({"location": if index == 0 { "Paris" } else { "Rome" }}).to_string(),
    };
    (0..count).map(call).collect()
}

/// The names of the functions that a request declares, in any of the APIs.
fn declared_tools(request: &Value) -> Vec<String> {
    let tools = request.get("tools").and_then(Value::as_array).into_iter().flatten();
    tools.flat_map(names_in_tool).collect()
}

fn names_in_tool(tool: &Value) -> Vec<String> {
    let gemini = tool.get("functionDeclarations").and_then(Value::as_array).into_iter().flatten();
    let holders = [Some(tool), tool.get("function"), tool.get("custom")].into_iter().flatten().chain(gemini);
    holders.filter_map(|holder| holder.get("name")?.as_str().map(str::to_owned)).collect()
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
}
