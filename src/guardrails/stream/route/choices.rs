//! Chat completions and completions: pieces of each choice, and no word on when one of its texts ends before the
//! choice does.

use serde_json::Value;

use super::{Ends, Head, Spot, path};
use crate::guardrails::place::Step;

pub(super) fn spot(head: &Head<'_>, steps: &[Step<'_>]) -> Spot {
    let [Step::Field("choices"), Step::Index(_), below @ ..] = steps else {
        return Spot::Whole(path("", steps));
    };
    let numbered = numbered(head.value, steps);
    let [Step::Field("choices"), Step::Index(choice), ..] = numbered.as_slice() else {
        return Spot::Data;
    };
    let start = prefix(*choice);
    let rest = numbered.get(2..).unwrap_or_default();
    let path = match rest {
        [Step::Field("delta"), rest @ ..] => path(&format!("{start}message"), rest),
        rest => path(start.trim_end_matches('.'), rest),
    };
    match below {
        [Step::Field("delta"), Step::Field("annotations" | "thinking_blocks" | "images"), ..] => {
            Spot::Whole(path)
        }
        [.., Step::Field("function" | "function_call"), Step::Field("arguments")] => {
            Spot::Arguments(path, false)
        }
        _ => Spot::Piece(path),
    }
}

/// What the path of every text of a choice begins with.
pub(super) fn prefix(choice: usize) -> String {
    format!("choices[{choice}].")
}

/// A choice ends with its `finish_reason`.
pub(super) fn ends(head: &Head<'_>) -> Vec<Ends> {
    let choices = head.value.get("choices").and_then(Value::as_array).into_iter().flatten().enumerate();
    let finished =
        choices.filter(|(_, choice)| choice.get("finish_reason").is_some_and(|reason| !reason.is_null()));
    finished.map(|(at, choice)| Ends::Below(prefix(number(choice, at)))).collect()
}

/// Steps with each position in a list replaced by the element's own `index`.
fn numbered<'s>(value: &Value, steps: &[Step<'s>]) -> Vec<Step<'s>> {
    let mut value = Some(value);
    let step = |step: &Step<'s>| match step {
        Step::Index(at) => {
            value = value.and_then(|list| list.get(*at));
            Step::Index(value.map_or(*at, |element| number(element, *at)))
        }
        Step::Field(name) => {
            value = value.and_then(|object| object.get(*name));
            *step
        }
        other => *other,
    };
    steps.iter().map(step).collect()
}

fn number(element: &Value, at: usize) -> usize {
    let index = element.get("index").and_then(Value::as_u64);
    index.and_then(|index| usize::try_from(index).ok()).unwrap_or(at)
}
