//! What was taken, second by second, in the bytes that shared memory holds.
//!
//! They are changed where they lie. A request changes one second, and with every second of the last 60 in use
//! taking all of them apart and putting them together again would be most of what a limit costs.

use super::window::{BUCKET_MS, OLDEST, Sums};

/// Bytes in front of the seconds, which are for whoever stores them.
pub(super) const HEAD_BYTES: usize = 45;
/// Age and last millisecond, requests, tokens; little endian.
pub(super) const SECOND_BYTES: usize = 14;
/// Bits of a second's last millisecond; the others of its 16 tell its age.
const LAST_BITS: u16 = 10;

type Stored = [u8; SECOND_BYTES];

/// What was taken within one second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Second {
    /// How many seconds ago it was.
    pub(super) age: u16,
    /// Millisecond of the last taking within the second.
    pub(super) last: u16,
    pub(super) requests: u32,
    pub(super) tokens: u64,
}

impl Second {
    fn read([age0, age1, r0, r1, r2, r3, tokens @ ..]: &Stored) -> Self {
        let (age, last) = parted(u16::from_le_bytes([*age0, *age1]));
        let requests = u32::from_le_bytes([*r0, *r1, *r2, *r3]);
        Self { age, last, requests, tokens: u64::from_le_bytes(*tokens) }
    }

    fn written(self) -> Stored {
        let [age0, age1] = ((self.age << LAST_BITS) | self.last).to_le_bytes();
        let [r0, r1, r2, r3] = self.requests.to_le_bytes();
        let [t0, t1, t2, t3, t4, t5, t6, t7] = self.tokens.to_le_bytes();
        [age0, age1, r0, r1, r2, r3, t0, t1, t2, t3, t4, t5, t6, t7]
    }

    /// As takings.
    pub(super) fn sums(&self) -> Sums {
        Sums { requests: u64::from(self.requests), tokens: self.tokens }
    }

    fn is_empty(&self) -> bool {
        self.requests == 0 && self.tokens == 0
    }
}

/// Age and last millisecond of the two bytes that hold both.
fn parted(both: u16) -> (u16, u16) {
    (both >> LAST_BITS, both & ((1 << LAST_BITS) - 1))
}

/// Newest first, without the seconds in which nothing was taken.
#[derive(Clone, Debug)]
pub(super) struct Seconds {
    /// The head, then each second's bytes.
    bytes: Vec<u8>,
}

/// The head is not theirs.
impl PartialEq for Seconds {
    fn eq(&self, other: &Self) -> bool {
        self.stored() == other.stored()
    }
}

impl Eq for Seconds {}

impl Seconds {
    pub(super) fn none() -> Self {
        let mut bytes = Vec::with_capacity(HEAD_BYTES + SECOND_BYTES);
        bytes.resize(HEAD_BYTES, 0);
        Self { bytes }
    }

    /// As many as come behind the head, and what was taken in all of them; `None` if those are none.
    pub(super) fn read(mut bytes: Vec<u8>, count: usize) -> Option<(Self, Sums)> {
        bytes.truncate(HEAD_BYTES + count * SECOND_BYTES);
        let seconds = Self { bytes };
        let (stored, mut next, mut sums) = (seconds.stored(), 0, Sums::default());
        // Whether a sum might be too large is asked once, not for each second.
        let mut largest = 0;
        for second in stored.iter().map(Second::read) {
            if second.age < next || u64::from(second.last) >= BUCKET_MS {
                return None;
            }
            next = second.age + 1;
            sums.requests += u64::from(second.requests);
            sums.tokens = sums.tokens.wrapping_add(second.tokens);
            largest |= second.tokens;
        }
        if largest > u64::MAX / (OLDEST + 1) {
            sums = seconds.iter().fold(Sums::default(), |sums, second| sums.plus(second.sums()));
        }
        (stored.len() == count && u64::from(next) <= OLDEST + 1).then_some((seconds, sums))
    }

    /// The head, which is still to be written, with the seconds behind it.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(super) fn count(&self) -> usize {
        self.stored().len()
    }

    /// Newest first.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = Second> {
        self.stored().iter().map(Second::read)
    }

    pub(super) fn oldest(&self) -> Option<Second> {
        self.stored().last().map(Second::read)
    }

    fn stored(&self) -> &[Stored] {
        self.bytes.get(HEAD_BYTES..).unwrap_or_default().as_chunks().0
    }

    fn stored_mut(&mut self) -> &mut [Stored] {
        self.bytes.get_mut(HEAD_BYTES..).unwrap_or_default().as_chunks_mut().0
    }

    /// Adds what is taken now, at this millisecond of the second.
    pub(super) fn add(&mut self, last: u16, requests: u32, tokens: u64) {
        match self.stored_mut().first_mut() {
            Some(stored) if Second::read(stored).age == 0 => {
                let second = Second::read(stored);
                let requests = second.requests.saturating_add(requests);
                let tokens = second.tokens.saturating_add(tokens);
                *stored = Second { age: 0, last, requests, tokens }.written();
            }
            _ => {
                let second = Second { age: 0, last, requests, tokens };
                self.bytes.splice(HEAD_BYTES..HEAD_BYTES, second.written());
            }
        }
    }

    /// Gives back what was taken in the second of this age. One that is left with nothing goes.
    pub(super) fn take_back(&mut self, age: u16, requests: u32, tokens: u64) {
        let stored = self.stored_mut();
        let Ok(at) = stored.binary_search_by_key(&age, |stored| Second::read(stored).age) else { return };
        let Some(stored) = stored.get_mut(at) else { return };
        let second = Second::read(stored);
        let requests = second.requests.saturating_sub(requests);
        let tokens = second.tokens.saturating_sub(tokens);
        let left = Second { requests, tokens, ..second };
        *stored = left.written();
        if left.is_empty() {
            let from = HEAD_BYTES + at * SECOND_BYTES;
            self.bytes.drain(from..from + SECOND_BYTES);
        }
    }

    /// Makes them older, and forgets those that are too old then; whether there were any.
    pub(super) fn grow_older(&mut self, by: u16) -> bool {
        let stored = self.stored_mut();
        let stay = |stored: &Stored| u64::from(Second::read(stored).age) + u64::from(by) <= OLDEST;
        let count = stored.partition_point(stay);
        for stored in stored.iter_mut().take(count) {
            let second = Second::read(stored);
            *stored = Second { age: second.age + by, ..second }.written();
        }
        let gone = count < stored.len();
        self.bytes.truncate(HEAD_BYTES + count * SECOND_BYTES);
        gone
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::random::SplitMix;

    /// What was taken in each second, kept plainly: what [`Seconds`] are to tell, however they keep it in bytes.
    struct Model([(u16, u32, u64); OLDEST as usize + 1]);

    impl Model {
        fn seconds(&self) -> Vec<Second> {
            let all = (0..).zip(self.0);
            let all = all.map(|(age, (last, requests, tokens))| Second { age, last, requests, tokens });
            all.filter(|second| !second.is_empty()).collect()
        }
    }

    #[test]
    fn seconds_in_bytes_are_seconds() {
        for seed in 0..40 {
            let mut random = SplitMix(seed);
            let (mut seconds, mut model) = (Seconds::none(), Model([(0, 0, 0); 61]));
            for _ in 0..2_000 {
                let (requests, tokens) = (random.below(3) as u32, random.below(100));
                match random.below(4) {
                    0 => {
                        let most = if seed % 2 == 0 { 3 } else { 80 };
                        let by = random.below(most) as u16;
                        let gone =
                            model.0.iter().rev().take(usize::from(by)).any(|all| (all.1, all.2) != (0, 0));
                        assert_eq!(seconds.grow_older(by), gone);
                        let by = usize::from(by).min(61);
                        model.0.rotate_right(by);
                        model.0[..by].fill((0, 0, 0));
                    }
                    1 => {
                        let age = random.below(70) as u16;
                        seconds.take_back(age, requests, tokens);
                        if let Some(second) = model.0.get_mut(usize::from(age)) {
                            second.1 = second.1.saturating_sub(requests);
                            second.2 = second.2.saturating_sub(tokens);
                        }
                    }
                    _ if requests > 0 || tokens > 0 => {
                        let last = random.below(1_000) as u16;
                        seconds.add(last, requests, tokens);
                        let second = &mut model.0[0];
                        *second = (last, second.1 + requests, second.2 + tokens);
                    }
                    _ => {}
                }
                assert_eq!(seconds.iter().collect::<Vec<_>>(), model.seconds(), "seed {seed}");
                let all = model.seconds().iter().fold(Sums::default(), |all, second| all.plus(second.sums()));
                let read = Seconds::read(seconds.clone().into_bytes(), seconds.count());
                assert_eq!(read, Some((seconds.clone(), all)));
                assert_eq!(seconds.oldest(), model.seconds().last().copied());
            }
        }
    }

    #[test]
    fn sums_stay_at_the_most_that_there_is() {
        let mut seconds = Seconds::none();
        for tokens in [1, u64::MAX / 61, u64::MAX - 7, 8] {
            seconds.add(0, 1, tokens);
            seconds.grow_older(1);
        }
        let (_, sums) = Seconds::read(seconds.into_bytes(), 4).unwrap();
        assert_eq!(sums, Sums { requests: 4, tokens: u64::MAX });
    }

    #[test]
    fn what_are_no_seconds_is_not_read() {
        let second = |age, last| Second { age, last, requests: 1, tokens: 1 }.written();
        let read = |seconds: &[Stored], count| {
            let bytes = [&[0; HEAD_BYTES][..], seconds.as_flattened()].concat();
            Seconds::read(bytes, count).is_some()
        };
        for (seconds, good) in [
            (vec![], true),
            (vec![second(0, 999), second(60, 0)], true),
            (vec![second(61, 0)], false),
            (vec![second(0, 1_000)], false),
            (vec![second(5, 0), second(5, 0)], false),
            (vec![second(5, 0), second(4, 0)], false),
        ] {
            assert_eq!(read(&seconds, seconds.len()), good, "{seconds:?}");
            assert!(!read(&seconds, seconds.len() + 1), "{seconds:?}");
        }
    }
}
