//! Anthropic messages: blocks, one after the other, each with its start, its pieces and its end.

use super::{Ends, Head, Spot, path};
use crate::guardrails::place::Step;

pub(super) fn spot(head: &Head<'_>, steps: &[Step<'_>]) -> Spot {
    let block = format!("content[{}]", head.number("index").unwrap_or_default());
    match (head.kind, steps) {
        ("content_block_delta", [Step::Field("delta"), Step::Field("partial_json")]) => {
            Spot::Arguments(format!("{block}.input"), true)
        }
        // The first piece may stand at the start.
        ("content_block_delta", [Step::Field("delta"), field @ Step::Field(_)])
        | ("content_block_start", [Step::Field("content_block"), field @ Step::Field("text" | "thinking")]) => {
            Spot::Piece(path(&block, &[*field]))
        }
        ("content_block_delta", [Step::Field("delta"), Step::Field("citation"), rest @ ..]) => {
            Spot::Whole(path(&format!("{block}.citations[*]"), rest))
        }
        ("content_block_start", [Step::Field("content_block"), rest @ ..]) => Spot::Whole(path(&block, rest)),
        ("message_start", [Step::Field("message"), rest @ ..]) => Spot::Whole(path("", rest)),
        _ => Spot::Whole(path("", steps)),
    }
}

pub(super) fn ends(head: &Head<'_>) -> Option<Ends> {
    match head.kind {
        "content_block_stop" => {
            let block = head.number("index").unwrap_or_default();
            Some(Ends::Below(format!("content[{block}].")))
        }
        "message_delta" | "message_stop" | "error" => Some(Ends::All),
        _ => None,
    }
}
