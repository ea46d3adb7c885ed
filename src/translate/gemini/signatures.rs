//! Which part of what the assistant said carries which of its thoughts' signatures.
//!
//! Gemini signs a thought on the part that follows it: the first call of a step, else a text, or an empty text at
//! the end. In the conversation, the signature is a thought before that part; but chat completions keep a
//! message's thoughts, its text and its calls apart, so a text may have come between a signature and its call.
//! A call that follows with no signature of its own therefore goes before a text: its signature is checked, a
//! text's is not. Source: <https://ai.google.dev/gemini-api/docs/thought-signatures>.

use std::collections::VecDeque;

use crate::translate::conversation::{Home, Part, Said, Words};

/// What stands for the signature of a call that no Gemini model of generation 3 made (another provider's, say)
/// and that such a model would refuse without one. From the same page: "skip validation".
pub(super) const UNSIGNED: &str = "skip_thought_signature_validator";

/// The signatures of one step.
pub(super) struct Signatures<'p, 'a> {
    /// For each part, the one that it carries.
    pub carried: Vec<Option<&'p Words<'a>>>,
    /// Signatures with no part after them.
    pub trailing: VecDeque<&'p Words<'a>>,
}

/// Finds each signature's part.
pub(super) fn assign<'p, 'a>(parts: &[&'p Part<'a>]) -> Signatures<'p, 'a> {
    let waits = calls_that_wait(parts);
    let mut waiting: VecDeque<&Words<'a>> = VecDeque::new();
    let mut carried = Vec::with_capacity(parts.len());
    for (part, call_waits) in parts.iter().zip(waits) {
        waiting.extend(signature(part));
        let carries = match &part.said {
            Said::Call(_) => true,
            Said::Text(words) | Said::Refusal(words) => {
                !words.is_empty() && waiting.len() > usize::from(call_waits)
            }
            _ => false,
        };
        carried.push(if carries { waiting.pop_front() } else { None });
    }
    Signatures { carried, trailing: waiting }
}

/// For each part, whether the next of calls and signatures is a call.
fn calls_that_wait(parts: &[&Part<'_>]) -> Vec<bool> {
    let mut waits = false;
    let mut each: Vec<bool> = parts
        .iter()
        .rev()
        .map(|part| {
            let after = waits;
            if signature(part).is_some() {
                waits = false;
            } else if matches!(part.said, Said::Call(_)) {
                waits = true;
            }
            after
        })
        .collect();
    each.reverse();
    each
}

/// Gemini's own signature of a thought.
pub(super) fn signature<'p, 'a>(part: &'p Part<'a>) -> Option<&'p Words<'a>> {
    let Said::Thought(thought) = &part.said else { return None };
    thought.seal.as_ref().filter(|seal| seal.home == Home::Gemini).map(|seal| &seal.data)
}
