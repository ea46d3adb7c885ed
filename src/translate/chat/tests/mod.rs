//! Tests of the dialect and the API together.

mod answers;
mod conversations;
mod requests;
mod results;
mod writers;

use serde_json::Value;

use crate::translate::conversation::Words;
use crate::translate::failure::Failure;
use crate::translate::told::Told;
use crate::translate::{Target, View};
use crate::wire::Provider;

fn target(provider: Provider) -> Target {
    Target { chat_only: true, ..Target::new(provider, "provider-model") }
}

fn view(include_usage: bool) -> View {
    View {
        model: "public-name".to_owned(),
        include_usage,
        created_s: 1_700_000_000,
        echo: Vec::new(),
        ids: None,
    }
}

fn parsed(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(body)))
}

/// Pieces in few words, neighbours of one kind joined.
fn shown(told: &[Told<'_>]) -> Vec<String> {
    let mut lines: Vec<(&str, String)> = Vec::new();
    for piece in told {
        let (kind, text) = match piece {
            Told::Begun(begun) => ("begun", begun.id.as_ref().map(text).unwrap_or_default()),
            Told::Text(words) => ("text", text(words)),
            Told::Refusal(words) => ("refusal", text(words)),
            Told::Thought(words) => ("thought", text(words)),
            Told::Seal(seal) => ("seal", format!("{:?} {} {}", seal.home, text(&seal.data), seal.redacted)),
            Told::Citation(citation) => (
                "citation",
                format!("{:?} {:?}", citation.range, citation.url.as_ref().map(text).unwrap_or_default()),
            ),
            Told::Call { kind, id, name } => ("call", format!("{kind:?} {} {}", text(id), text(name))),
            Told::Argument(words) => ("argument", text(words)),
            Told::Logprobs(list) => ("logprobs", list.get().to_owned()),
            Told::Usage(usage) => ("usage", format!("{} {}", usage.input, usage.output)),
            Told::Finished(finish) => ("finished", format!("{finish:?}")),
            Told::Alive => ("alive", String::new()),
            Told::End => ("end", String::new()),
        };
        match lines.last_mut() {
            Some((last, line))
                if *last == kind && matches!(kind, "text" | "thought" | "refusal" | "argument") =>
            {
                line.push_str(&text);
            }
            _ => lines.push((kind, text)),
        }
    }
    lines.into_iter().map(|(kind, text)| format!("{kind} {text}").trim_end().to_owned()).collect()
}

fn text(words: &Words<'_>) -> String {
    words.text().into_owned()
}

fn message(failure: Failure) -> String {
    failure.message
}
