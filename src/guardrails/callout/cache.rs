//! What services said of texts, for as long as it holds.
//!
//! Bounded in entries and in bytes; the oldest goes first. Knows no clock: times are passed in.

use std::collections::{BTreeMap, HashMap};

use super::answer::Opinion;

/// Most entries of one worker.
const MAX_ENTRIES: usize = 10_000;
/// Most bytes of the opinions that one worker keeps: masked texts may be long.
const MAX_BYTES: usize = 8 << 20;
/// What an entry takes besides its texts, about: keys, numbers, the maps' own.
const OVERHEAD: usize = 200;

/// Names a question.
pub(super) type Fingerprint = [u8; 32];

/// Opinions by the questions that they answer.
#[derive(Debug)]
pub struct Cache {
    entries: HashMap<Fingerprint, Entry>,
    /// By age, oldest first.
    ages: BTreeMap<u64, Fingerprint>,
    next: u64,
    bytes: usize,
    most_entries: usize,
    most_bytes: usize,
}

#[derive(Debug)]
struct Entry {
    opinion: Opinion,
    until_ms: u64,
    size: usize,
    age: u64,
}

impl Default for Cache {
    fn default() -> Self {
        Self::new(MAX_ENTRIES, MAX_BYTES)
    }
}

impl Cache {
    /// A cache of so many entries and bytes at most.
    #[must_use]
    pub fn new(most_entries: usize, most_bytes: usize) -> Self {
        Self { entries: HashMap::new(), ages: BTreeMap::new(), next: 0, bytes: 0, most_entries, most_bytes }
    }

    /// The answer to a question, if it holds at `now_ms`.
    pub(super) fn find(&mut self, question: &Fingerprint, now_ms: u64) -> Option<Opinion> {
        if self.entries.get(question)?.until_ms <= now_ms {
            self.remove(question);
            return None;
        }
        self.entries.get(question).map(|entry| entry.opinion.clone())
    }

    /// Keeps an answer until `until_ms`, in place of an earlier one. A failure says nothing about the texts: it
    /// is not kept, nor is what is larger than the whole cache.
    pub(super) fn keep(&mut self, question: Fingerprint, opinion: &Opinion, until_ms: u64) {
        self.remove(&question);
        let size = size(opinion);
        if matches!(opinion, Opinion::Failed(_)) || size > self.most_bytes || self.most_entries == 0 {
            return;
        }
        while self.entries.len() >= self.most_entries || self.bytes + size > self.most_bytes {
            let Some((_, oldest)) = self.ages.first_key_value() else { return };
            self.remove(&oldest.clone());
        }
        let age = self.next;
        self.next += 1;
        self.bytes += size;
        self.ages.insert(age, question);
        self.entries.insert(question, Entry { opinion: opinion.clone(), until_ms, size, age });
    }

    fn remove(&mut self, question: &Fingerprint) {
        if let Some(entry) = self.entries.remove(question) {
            self.ages.remove(&entry.age);
            self.bytes -= entry.size;
        }
    }
}

/// About how many bytes an opinion takes.
fn size(opinion: &Opinion) -> usize {
    let each = |texts: &[String]| texts.iter().map(|text| text.len() + size_of::<String>()).sum::<usize>();
    let held = match opinion {
        Opinion::Pass => 0,
        Opinion::Masked(texts) => each(texts),
        Opinion::Block(objection) => {
            objection.reason.len() + each(&objection.categories) + objection.texts.len() * size_of::<usize>()
        }
        Opinion::Failed(why) => why.len(),
    };
    OVERHEAD + held
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::random::SplitMix;

    /// What the cache is to do, in the plainest way: entries in the order in which they came.
    struct Model {
        entries: Vec<(Fingerprint, Opinion, u64)>,
        most_entries: usize,
        most_bytes: usize,
    }

    impl Model {
        fn find(&self, question: &Fingerprint, now_ms: u64) -> Option<Opinion> {
            let found = self.entries.iter().find(|(known, _, _)| known == question);
            found.filter(|(_, _, until_ms)| now_ms < *until_ms).map(|(_, opinion, _)| opinion.clone())
        }

        fn keep(&mut self, question: Fingerprint, opinion: &Opinion, until_ms: u64) {
            self.entries.retain(|(known, _, _)| *known != question);
            if matches!(opinion, Opinion::Failed(_)) || size(opinion) > self.most_bytes {
                return;
            }
            self.entries.push((question, opinion.clone(), until_ms));
            while self.entries.len() > self.most_entries || self.bytes() > self.most_bytes {
                self.entries.remove(0);
            }
        }

        /// What is found to be over is let go then.
        fn expire(&mut self, question: &Fingerprint, now_ms: u64) {
            self.entries.retain(|(known, _, until_ms)| known != question || now_ms < *until_ms);
        }

        fn bytes(&self) -> usize {
            self.entries.iter().map(|(_, opinion, _)| size(opinion)).sum()
        }
    }

    fn opinion(choice: usize) -> Opinion {
        match choice % 5 {
            0 => Opinion::Pass,
            1 => Opinion::Failed("it gave no answer in time".to_owned()),
            2 => Opinion::Block(super::super::Objection {
                reason: "r".repeat(choice % 300),
                categories: vec!["c".repeat(choice % 7); choice % 4],
                texts: vec![choice; choice % 3],
            }),
            _ => Opinion::Masked(vec!["m".repeat(choice % 200); choice % 9]),
        }
    }

    #[test]
    fn it_does_what_the_model_does() {
        let mut random = SplitMix(1);
        for (most_entries, most_bytes) in [(1, 10_000), (5, 1_500), (8, 2_000), (20, 700), (3, 199)] {
            let mut cache = Cache::new(most_entries, most_bytes);
            let mut model = Model { entries: Vec::new(), most_entries, most_bytes };
            let mut now_ms = 0;
            for step in 0..3_000 {
                now_ms += random.below(5);
                let question = [u8::try_from(random.below(12)).unwrap(); 32];
                if random.below(2) == 0 {
                    let opinion = opinion(random.index(1_000_000));
                    let until_ms = now_ms + random.below(60);
                    cache.keep(question, &opinion, until_ms);
                    model.keep(question, &opinion, until_ms);
                } else {
                    let expected = model.find(&question, now_ms);
                    assert_eq!(cache.find(&question, now_ms), expected, "step {step}");
                    model.expire(&question, now_ms);
                }
                assert_eq!(cache.bytes, model.bytes(), "step {step}");
                assert!(cache.bytes <= most_bytes && cache.entries.len() <= most_entries);
                assert_eq!(cache.entries.len(), cache.ages.len());
            }
        }
    }
}
