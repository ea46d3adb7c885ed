//! The texts of one event.

use std::ops::Range;

use super::route::{Head, Spot};
use crate::guardrails::place::Place;
use crate::guardrails::reader::Malformed;
use crate::guardrails::walk::{Form, Text, Visit, walk};
use crate::guardrails::zone::{Side, Zone};

/// What an event holds.
#[derive(Default)]
pub(super) struct Gathered<'d> {
    /// With what each is.
    pub(super) texts: Vec<(Spot, Text<'d>)>,
    /// Where token probabilities stand.
    pub(super) logprobs: Vec<Range<usize>>,
}

struct Gather<'d, 'h> {
    head: &'h Head<'h>,
    gathered: Gathered<'d>,
}

impl<'d> Visit<'d> for Gather<'d, '_> {
    fn text(&mut self, place: &Place<'_>, text: &Text<'d>) {
        if text.meant.is_empty() {
            return;
        }
        let spot = match self.head.spot(&place.steps()) {
            Spot::Data => return,
            // What is no string does not grow.
            Spot::Piece(path) | Spot::Arguments(path, _) if text.form != Form::String => Spot::Whole(path),
            spot => spot,
        };
        self.gathered.texts.push((spot, text.clone()));
    }

    fn logprobs(&mut self, _object: Range<usize>, value: Range<usize>) {
        self.gathered.logprobs.push(value);
    }
}

/// Takes the texts out of an event.
pub(super) fn gather<'d>(data: &'d str, side: Side, head: &Head<'_>) -> Result<Gathered<'d>, Malformed> {
    let mut gather = Gather { head, gathered: Gathered::default() };
    walk(data, side, (&Place::ROOT, Zone::Event), &mut gather)?;
    Ok(gather.gathered)
}
