//! Where prose stands, as far as it matters for what it is joined with.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::guardrails::place::{Place, Step};

/// Deepest place that is prose: the text of a part of a tool's result in a message.
const DEPTH: usize = 8;

/// Where a text stands that is written to be read, in a body of any dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// Of its list of parts, the same for all that are in it.
    pub(super) container: Container,
    /// The message whose text it is, or that of one of its parts.
    pub(super) message: Option<(List, usize)>,
}

/// A list of parts by its name and what it is in; or, where a text is no part, that text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    /// `content` of a message, as one text.
    Content(List, usize),
    /// The texts in `content` of a message.
    Parts(List, usize),
    /// Any other, by a hash.
    Other(u64),
}

/// A list of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    /// `messages`
    Messages,
    /// `input`, of Responses.
    Input,
}

impl List {
    fn of(name: &str) -> Option<Self> {
        match name {
            "messages" => Some(Self::Messages),
            "input" => Some(Self::Input),
            _ => None,
        }
    }
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

/// What texts stand in, for them to be joined: the same value for all parts of one list, and for no two other texts.
fn container(name: &str, above: &[Step<'_>]) -> Container {
    let list = match above {
        [list @ .., Step::Index(_)] if name == "text" && is_list_of_parts(list) => list,
        _ => above,
    };
    match (list, name) {
        ([Step::Field(messages), Step::Index(index)], "content") => {
            List::of(messages).map(|messages| Container::Content(messages, *index))
        }
        ([Step::Field(messages), Step::Index(index), Step::Field("content")], "text") => {
            List::of(messages).map(|messages| Container::Parts(messages, *index))
        }
        _ => None,
    }
    .unwrap_or_else(|| Container::Other(hash(name, list)))
}

fn hash(name: &str, list: &[Step<'_>]) -> u64 {
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
    let list = List::of(list)?;
    let is_direct = matches!(steps.get(3..)?, [] | [Step::Index(_), Step::Field("text")]);
    is_direct.then_some((list, *index))
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn container(steps: &[Step<'_>]) -> Option<Container> {
        fn at(place: &Place<'_>, steps: &[Step<'_>]) -> Option<Container> {
            match steps {
                [] => Spot::of(place).map(|spot| spot.container),
                [step, below @ ..] => at(&place.step(*step), below),
            }
        }
        at(&Place::ROOT, steps)
    }

    #[test]
    fn texts_are_of_one_container_where_their_lists_are_one() {
        use Step::{Field, Index};
        let content = |list, index| [Field(list), Index(index), Field("content")];
        let part =
            |list, index, part| [Field(list), Index(index), Field("content"), Index(part), Field("text")];
        assert_eq!(container(&content("messages", 3)), Some(Container::Content(List::Messages, 3)));
        assert_eq!(container(&content("input", 3)), Some(Container::Content(List::Input, 3)));
        assert_eq!(container(&part("messages", 3, 0)), Some(Container::Parts(List::Messages, 3)));
        assert_eq!(container(&part("messages", 3, 1)), Some(Container::Parts(List::Messages, 3)));
        assert_eq!(container(&part("input", 3, 1)), Some(Container::Parts(List::Input, 3)));
        let others = [
            vec![Field("instructions")],
            vec![Field("system")],
            vec![Field("system"), Index(0), Field("text")],
            vec![Field("input"), Index(0), Field("output")],
            vec![Field("output"), Index(0), Field("content"), Index(0), Field("text")],
            part("messages", 0, 0)[..3].iter().copied().chain([Index(0), Field("content")]).collect(),
        ];
        let others: Vec<_> = others.iter().map(|steps| container(steps).unwrap()).collect();
        for (index, one) in others.iter().enumerate() {
            assert!(matches!(one, Container::Other(_)), "{one:?}");
            assert!(!others[..index].contains(one), "{one:?}");
        }
        let system = |part| container(&[Field("system"), Index(part), Field("text")]);
        assert_eq!(system(0), system(1));
        assert_eq!(container(&[Field("messages"), Index(0), Field("name")]), None);
    }
}
