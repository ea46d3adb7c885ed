//! OpenAI Responses: pieces of each text, then the text whole, then the part, the item and the response with it.

use super::{Ends, Head, Spot, path};
use crate::guardrails::place::Step;

pub(super) fn spot(head: &Head<'_>, steps: &[Step<'_>]) -> Spot {
    let at = parent(head);
    match steps {
        // Sound, in base64.
        [Step::Field("delta"), ..] if head.kind.ends_with("audio.delta") => Spot::Data,
        [Step::Field("delta")] => match field(head.kind) {
            "arguments" => Spot::Arguments(format!("{at}.arguments"), false),
            field => Spot::Piece(format!("{at}.{field}")),
        },
        [Step::Field("response"), rest @ ..] => Spot::Repeated(path("", rest)),
        [Step::Field("item" | "part"), rest @ ..] => Spot::Repeated(path(&at, rest)),
        [Step::Field("annotation"), rest @ ..] => {
            let annotation = head.number("annotation_index").unwrap_or_default();
            Spot::Repeated(path(&format!("{at}.annotations[{annotation}]"), rest))
        }
        _ if head.number("output_index").is_some() => Spot::Repeated(path(&at, steps)),
        _ => Spot::Whole(path("", steps)),
    }
}

/// What the event is about: an item, or a part of it.
fn parent(head: &Head<'_>) -> String {
    let item = format!("output[{}]", head.number("output_index").unwrap_or_default());
    match (head.number("content_index"), head.number("summary_index")) {
        (Some(part), _) => format!("{item}.content[{part}]"),
        (None, Some(part)) => format!("{item}.summary[{part}]"),
        (None, None) => item,
    }
}

/// The field that pieces of such events make up.
fn field(kind: &str) -> &'static str {
    let known = [
        ("arguments", "arguments"),
        ("custom_tool_call_input", "input"),
        ("code", "code"),
        ("refusal", "refusal"),
        ("transcript", "transcript"),
    ];
    known.into_iter().find(|(word, _)| kind.contains(word)).map_or("text", |(_, field)| field)
}

pub(super) fn ends(head: &Head<'_>) -> Option<Ends> {
    match head.kind {
        "response.completed" | "response.failed" | "response.incomplete" | "error" => Some(Ends::All),
        "response.output_item.done"
        | "response.content_part.done"
        | "response.reasoning_summary_part.done" => Some(Ends::Below(format!("{}.", parent(head)))),
        kind if kind.ends_with(".done") => Some(Ends::Below(format!("{}.{}", parent(head), field(kind)))),
        _ => None,
    }
}
