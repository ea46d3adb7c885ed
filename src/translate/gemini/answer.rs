//! One candidate's parts.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::logprobs;
use super::reader::Reader;
use crate::translate::conversation::{Home, Seal, ToolKind, Words};
use crate::translate::failure::Failure;
use crate::translate::told::Told;
use crate::wire::json::{Fields, Kind, elements};

/// Kinds of parts that no request of ours asks for, and that the clients' dialects have no words for.
const OTHER_KINDS: &[&str] =
    &["inlineData", "fileData", "functionResponse", "executableCode", "codeExecutionResult"];

/// What a search beside functions was asked, and what it found. The client's dialects have no words for it, and the answer
/// stands without. Its signature goes with it: told, it would be taken for that of the call that follows.
const OF_SERVERS: &[&str] = &["toolCall", "toolResponse"];

/// Reads a candidate: what it says, then where it has that from.
pub(super) fn read<'e>(
    reader: &mut Reader,
    candidate: &Fields<'e>,
    is_whole: bool,
    told: &mut Vec<Told<'e>>,
) -> Result<(), Failure> {
    // Missing where a filter left nothing, or all tokens went into thoughts.
    let content = candidate.set("content").map_or(Ok(Fields::default()), Fields::of);
    let parts = content.map_err(Failure::malformed)?.set("parts").map_or(Ok(Vec::new()), elements);
    let mut starts = Vec::new();
    for part in parts.map_err(Failure::malformed)? {
        starts.push(reader.text.bytes());
        read_part(reader, &Fields::of(part).map_err(Failure::malformed)?, told)?;
    }
    logprobs::read(candidate, told)?;
    // In a stream, a segment's offsets count from the answer's beginning.
    let starts = if is_whole { starts.as_slice() } else { &[] };
    reader.citations.read(candidate, &reader.text, starts, told)
}

fn read_part<'e>(reader: &mut Reader, part: &Fields<'e>, told: &mut Vec<Told<'e>>) -> Result<(), Failure> {
    if let Some(kind) = OTHER_KINDS.iter().find(|kind| part.set(kind).is_some()) {
        return Err(Failure::unsupported(format!(
            "The answer holds a part of the kind `{kind}`, which Spillway does not translate."
        )));
    }
    if OF_SERVERS.iter().any(|kind| part.set(kind).is_some()) {
        return Ok(());
    }
    let words = part.set("text").map(words).transpose()?.filter(|words| !words.is_empty());
    let seal = part.set("thoughtSignature").map(words_of_seal).transpose()?;
    if part.read("thought") == Some(true) {
        told.extend(words.map(Told::Thought));
        told.extend(seal);
        return Ok(());
    }
    told.extend(seal);
    if let Some(words) = words {
        reader.text.push(&words.text());
        told.push(Told::Text(words));
    }
    match part.set("functionCall") {
        Some(call) => read_call(reader, &Fields::of(call).map_err(Failure::malformed)?, told),
        None => Ok(()),
    }
}

fn words(value: &RawValue) -> Result<Words<'_>, Failure> {
    match Kind::of(value) {
        Kind::Text => Ok(Words::from(value)),
        other => Err(Failure::malformed(format!("expected a string, found {}", other.name()))),
    }
}

fn words_of_seal(signature: &RawValue) -> Result<Told<'_>, Failure> {
    let data = words(signature)?;
    Ok(Told::Seal(Seal { home: Home::Gemini, id: None, data, redacted: false }))
}

fn read_call<'e>(reader: &mut Reader, call: &Fields<'e>, told: &mut Vec<Told<'e>>) -> Result<(), Failure> {
    let name = call.set("name").ok_or_else(|| Failure::malformed("a function call without `name`"))?;
    let name = words(name)?;
    let args = call.set("args").map_or("{}", RawValue::get);
    let made_up = reader.calls.next(&name.text(), args)?;
    let id = match call.set("id") {
        Some(id) if id.get() != "\"\"" => words(id)?,
        _ => Words::from(made_up),
    };
    told.push(Told::Call { kind: ToolKind::Function, id, name });
    told.push(Told::Argument(Words::Plain(compact(args))));
    Ok(())
}

/// JSON without the white space between its tokens: Gemini indents its whole answers.
fn compact(json: &str) -> Cow<'_, str> {
    if !json.contains('\n') {
        return Cow::Borrowed(json);
    }
    let (mut quoted, mut escaped) = (false, false);
    let kept = json.chars().filter(|c| {
        if quoted {
            quoted = escaped || *c != '"';
            escaped = !escaped && *c == '\\';
            return true;
        }
        quoted = *c == '"';
        !c.is_ascii_whitespace()
    });
    Cow::Owned(kept.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn white_space_goes_between_tokens_only() {
        for (json, expected) in [
            ("{ \"a\": 1 }", "{ \"a\": 1 }"),
            ("{\n  \"a b\": [ 1,\n 2 ]\n}", "{\"a b\":[1,2]}"),
            ("{\n\"a\": \"x \\\" y \\\\\", \"b\" : \" é\"}", "{\"a\":\"x \\\" y \\\\\",\"b\":\" é\"}"),
        ] {
            assert_eq!(compact(json), expected);
        }
    }
}
