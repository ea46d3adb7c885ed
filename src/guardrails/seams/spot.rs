//! Where prose stands, as far as it matters for what it is joined with.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::guardrails::place::{Place, Step};

/// Deepest place that is prose: the text of a part of a tool's result in a message.
const DEPTH: usize = 8;

/// Where a text stands that is written to be read, in a body of any dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// Of its list of parts, the same for all that are in it.
    pub(super) container: u64,
    /// The message whose text it is, or that of one of its parts.
    pub(super) message: Option<(List, usize)>,
}

/// A list of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    /// `messages`
    Messages,
    /// `input`, of Responses.
    Input,
}

impl Spot {
    /// `None` for anything but prose: names, labels, the caller's own JSON.
    pub(super) fn of(place: &Place<'_>) -> Option<Self> {
        let mut steps = [Step::Unnamed; DEPTH];
        let steps = from_root(place, &mut steps)?;
        let (Step::Field(name), above) = steps.split_last()? else { return None };
        if !is_prose(name) {
            return None;
        }
        Some(Self { container: container(name, above), message: message(steps) })
    }
}

/// The steps to a place.
fn from_root<'s, 'p>(place: &'p Place<'p>, into: &'s mut [Step<'p>; DEPTH]) -> Option<&'s [Step<'p>]> {
    let mut first = DEPTH;
    let mut current = place;
    while let Some(parent) = current.parent {
        first = first.checked_sub(1)?;
        *into.get_mut(first)? = current.step;
        current = parent;
    }
    into.get(first..)
}

/// Fields that hold what somebody wrote.
fn is_prose(name: &str) -> bool {
    matches!(
        name,
        "content"
            | "text"
            | "input"
            | "output"
            | "instructions"
            | "system"
            | "prompt"
            | "refusal"
            | "thinking"
            | "reasoning"
            | "reasoning_content"
    )
}

/// The same for all parts of one list, and for no two other texts.
fn container(name: &str, above: &[Step<'_>]) -> u64 {
    let list = match above {
        [list @ .., Step::Index(_)] if name == "text" && is_list_of_parts(list) => list,
        _ => above,
    };
    let mut hasher = DefaultHasher::new();
    for step in list {
        match step {
            Step::Index(index) => index.hash(&mut hasher),
            Step::Field(name) => name.hash(&mut hasher),
            Step::Unnamed | Step::Path(_) => {}
        }
    }
    (list.len(), name).hash(&mut hasher);
    hasher.finish()
}

fn is_list_of_parts(list: &[Step<'_>]) -> bool {
    matches!(list.last(), Some(Step::Field("content" | "system" | "instructions" | "output" | "summary")))
}

fn message(steps: &[Step<'_>]) -> Option<(List, usize)> {
    let (Step::Field(list), Step::Index(index), Step::Field("content")) =
        (steps.first()?, steps.get(1)?, steps.get(2)?)
    else {
        return None;
    };
    let list = match *list {
        "messages" => List::Messages,
        "input" => List::Input,
        _ => return None,
    };
    let is_direct = matches!(steps.get(3..)?, [] | [Step::Index(_), Step::Field("text")]);
    is_direct.then_some((list, *index))
}
