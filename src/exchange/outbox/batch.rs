//! Events that one courier has taken out of the queue, and the part of them that it posts.

/// Most events in one batch.
pub(super) const EVENTS: usize = 256;
/// Most bytes in one batch; one larger event still goes, alone.
pub(super) const BYTES: usize = 512 * 1024;

/// A batch that a courier has the lease of.
pub(super) struct Batch {
    /// Where it stands in the table of leases.
    pub(super) slot: usize,
    events: Vec<Vec<u8>>,
    /// How many of the first events are posted at once.
    most: usize,
    posted: usize,
}

impl Batch {
    pub(super) fn new(slot: usize, events: Vec<Vec<u8>>) -> Self {
        Self { slot, events, most: EVENTS, posted: 0 }
    }

    pub(super) fn events(&self) -> &[Vec<u8>] {
        &self.events
    }

    pub(super) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The next post, which is all of it unless the ledger has refused that.
    pub(super) fn body(&mut self) -> Vec<u8> {
        self.posted = self.most.min(self.events.len());
        let mut body = br#"{"events":["#.to_vec();
        for (number, event) in self.events.iter().take(self.posted).enumerate() {
            if number > 0 {
                body.push(b',');
            }
            body.extend_from_slice(event);
        }
        body.extend_from_slice(b"]}");
        body
    }

    /// Posts half as many from now on. False where it was one event already.
    pub(super) fn halve(&mut self) -> bool {
        if self.posted > 1 {
            self.most = self.posted / 2;
        }
        self.posted > 1
    }

    /// Takes out what was posted; the rest is posted whole again.
    pub(super) fn shorten(&mut self) -> Vec<Vec<u8>> {
        self.most = EVENTS;
        let posted = std::mem::take(&mut self.posted).min(self.events.len());
        self.events.drain(..posted).collect()
    }
}
