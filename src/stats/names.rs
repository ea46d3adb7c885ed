//! The names that are in use: each is defined once, and there is a bound.

use std::collections::HashMap;

use super::Sample;
use super::label::OTHER;

/// Most names of one worker with labels whose values come from the configuration. A group with one provider has about
/// fourteen.
pub const MOST_NAMES: usize = 5_000;

/// The defined names, with what the host knows each by.
#[derive(Debug)]
pub struct Names<I> {
    ids: HashMap<String, I>,
    most: usize,
    /// Kept, so that a name that is in use costs no memory to look up.
    scratch: String,
}

impl<I: Copy> Names<I> {
    /// None yet, and at most so many that a configuration gives values to.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { ids: HashMap::new(), most, scratch: String::with_capacity(256) }
    }

    /// What the host knows a sample's name by. `define` is called with a name that is new; `None` where it gives none.
    pub fn id(&mut self, sample: &Sample<'_>, mut define: impl FnMut(&str) -> Option<I>) -> Option<I> {
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
