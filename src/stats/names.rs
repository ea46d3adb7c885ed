//! The names that are in use: each is defined once, and there is a bound.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::label::OTHER;
use super::{Label, Sample};

/// Most names of one worker with labels whose values come from the configuration. A group with one provider has about
/// fourteen.
pub const MOST_NAMES: usize = 5_000;

/// The defined names, with what the host knows each by.
#[derive(Debug)]
pub struct Names<I> {
    ids: HashMap<String, I>,
    /// Defined names by what they are made of, so that one that is in use is not written to be looked up: as many as `most`,
    /// at most.
    known: Vec<Known<I>>,
    /// Where each is, by [`mixed`].
    places: HashMap<u64, usize, BuildHasherDefault<Mixed>>,
    /// The one that was wanted last. Samples come in the order of those of the request before, mostly.
    last: usize,
    most: usize,
    /// Kept, so that a name costs no memory to look up.
    scratch: String,
}

/// What a name is made of.
#[derive(Debug)]
struct Known<I> {
    metric: &'static str,
    labels: Box<[(Label, Box<str>)]>,
    id: I,
    /// Which one was wanted after it.
    next: usize,
}

impl<I: Copy> Names<I> {
    /// None yet, and at most so many that a configuration gives values to.
    #[must_use]
    pub fn new(most: usize) -> Self {
        let (ids, known, places) = (HashMap::new(), Vec::new(), HashMap::default());
        Self { ids, known, places, last: 0, most, scratch: String::with_capacity(256) }
    }

    /// What the host knows a sample's name by. `define` is called with a name that is new; `None` where it gives none.
    pub fn id(&mut self, sample: &Sample<'_>, define: impl FnOnce(&str) -> Option<I>) -> Option<I> {
        let next = self.known.get(self.last).map_or(0, |last| last.next);
        if let Some(id) = self.id_at(next, sample) {
            self.last = next;
            return Some(id);
        }
        let mixed = mixed(sample);
        let place = self.places.get(&mixed).copied();
        if let Some((place, id)) = place.and_then(|place| Some((place, self.id_at(place, sample)?))) {
            self.follow(place);
            return Some(id);
        }
        let id = self.id_by_name(sample, define)?;
        if self.known.len() < self.most {
            let place = self.known.len();
            self.known.push(Known::of(sample, id));
            self.places.insert(mixed, place);
            self.follow(place);
        }
        Some(id)
    }

    fn id_at(&self, place: usize, sample: &Sample<'_>) -> Option<I> {
        self.known.get(place).filter(|known| known.is_of(sample)).map(|known| known.id)
    }

    /// This one was wanted after the last one.
    fn follow(&mut self, place: usize) {
        if let Some(last) = self.known.get_mut(self.last) {
            last.next = place;
        }
        self.last = place;
    }

    fn id_by_name(&mut self, sample: &Sample<'_>, define: impl FnOnce(&str) -> Option<I>) -> Option<I> {
        self.write(sample, false);
        if let Some(id) = self.ids.get(&self.scratch) {
            return Some(*id);
        }
        let is_open = sample.labels.iter().any(|(label, _)| label.is_open());
        if is_open && self.ids.len() >= self.most {
            self.write(sample, true);
            if let Some(id) = self.ids.get(&self.scratch) {
                return Some(*id);
            }
        }
        let id = define(&self.scratch)?;
        self.ids.insert(self.scratch.clone(), id);
        Some(id)
    }

    /// How many are in use.
    #[must_use]
    pub fn count(&self) -> usize {
        self.ids.len()
    }

    fn write(&mut self, sample: &Sample<'_>, closed: bool) {
        self.scratch.clear();
        self.scratch.push_str(sample.metric);
        for (label, value) in sample.labels {
            let value = if closed && label.is_open() { OTHER } else { value };
            label.write(value, &mut self.scratch);
        }
    }
}

impl<I> Known<I> {
    fn of(sample: &Sample<'_>, id: I) -> Self {
        let labels = sample.labels.iter().map(|(label, value)| (*label, Box::from(*value))).collect();
        Self { metric: sample.metric, labels, id, next: 0 }
    }

    fn is_of(&self, sample: &Sample<'_>) -> bool {
        let is = |((label, value), (of, known)): (&(Label, &str), &(Label, Box<str>))| {
            label == of && *value == known.as_ref()
        };
        // A metric's name is mostly the same piece of memory.
        (std::ptr::eq(self.metric, sample.metric) || self.metric == sample.metric)
            && self.labels.len() == sample.labels.len()
            && sample.labels.iter().zip(&self.labels).all(is)
    }
}

/// A number that two samples seldom share whose names differ. No caller chooses what it is made of, so it need not be hard
/// to foresee.
fn mixed(sample: &Sample<'_>) -> u64 {
    const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |mixed: u64, word: u64| (mixed.rotate_left(23) ^ word).wrapping_mul(MIX);
    let mut mixed = mix(0, sample.metric.as_ptr().addr() as u64);
    for (label, value) in sample.labels {
        let bytes = value.as_bytes();
        mixed = mix(mixed, (bytes.len() as u64) << 8 | *label as u64);
        if let Some(last) = bytes.last_chunk() {
            for word in bytes.as_chunks().0 {
                mixed = mix(mixed, u64::from_le_bytes(*word));
            }
            mixed = mix(mixed, u64::from_le_bytes(*last));
        } else if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
            let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
            mixed = mix(mixed, u64::from(first) << 32 | u64::from(last));
        } else {
            mixed = bytes.iter().fold(mixed, |mixed, byte| mix(mixed, u64::from(*byte)));
        }
    }
    // The table looks at the highest bits and the lowest: the product has mixed the former only.
    mixed ^ mixed >> 32
}

/// Takes what is [`mixed`] as it is.
#[derive(Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0 << 8 | u64::from(*byte));
    }

    fn write_u64(&mut self, mixed: u64) {
        self.0 = mixed;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
