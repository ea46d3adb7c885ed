//! Scripts that are set beforehand, by model: one, or several that are used in turn.

use std::collections::HashMap;

use serde::Deserialize;

use super::{Script, ScriptError};

/// What follows the last script of a sequence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum After {
    /// The first again.
    #[default]
    Cycle,
    /// The last again, for ever.
    Last,
    /// The plain answer.
    Answer,
}

/// How many models may have scripts at a time.
const MOST_MODELS: usize = 1000;

/// The scripts that are set, by model or by `provider/model`.
#[derive(Debug, Default)]
pub struct Store {
    sequences: HashMap<String, Sequence>,
}

#[derive(Debug)]
struct Sequence {
    scripts: Vec<Script>,
    after: After,
    next: usize,
}

impl Store {
    /// Sets the scripts of `model`, in place of any that it had; an empty text is the plain answer.
    ///
    /// # Errors
    /// The first script that cannot be read; then nothing is changed.
    pub fn set(&mut self, model: &str, scripts: &[impl AsRef<str>], after: After) -> Result<(), ScriptError> {
        let scripts =
            scripts.iter().map(|text| Script::parse(text.as_ref())).collect::<Result<Vec<_>, _>>()?;
        if self.sequences.len() >= MOST_MODELS && !self.sequences.contains_key(model) {
            let found = format!("script for one more model than {MOST_MODELS}");
            return Err(ScriptError::Value {
                verb: model.to_owned(),
                found,
                expected: "fewer models at a time",
            });
        }
        self.sequences.insert(model.to_owned(), Sequence { scripts, after, next: 0 });
        Ok(())
    }

    /// Forgets the scripts of `model`, or of every model.
    pub fn unset(&mut self, model: Option<&str>) {
        match model {
            Some(model) => drop(self.sequences.remove(model)),
            None => self.sequences.clear(),
        }
    }

    /// The script for the next request to `model` of `provider`; `None` if none is set.
    pub fn next(&mut self, provider: &str, model: &str) -> Option<Script> {
        let of_provider = format!("{provider}/{model}");
        let key = if self.sequences.contains_key(&of_provider) { of_provider.as_str() } else { model };
        self.sequences.get_mut(key).map(Sequence::next)
    }
}

impl Sequence {
    fn next(&mut self) -> Script {
        let script = self.scripts.get(self.next).cloned().unwrap_or_default();
        let following = self.next.saturating_add(1);
        let was_last = following >= self.scripts.len();
        self.next = match (was_last, self.after) {
            (true, After::Cycle) => 0,
            (true, After::Last) => self.next,
            (true, After::Answer) => self.scripts.len(),
            (false, _) => following,
        };
        script
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statuses(after: After) -> Vec<Option<u16>> {
        let mut store = Store::default();
        store.set("m", &["status=500", "", "status=429"], after).expect("known verbs");
        (0..5).map(|_| store.next("openai", "m").expect("set").status).collect()
    }

    #[test]
    fn scripts_are_used_in_turn() {
        assert_eq!(statuses(After::Cycle), [Some(500), None, Some(429), Some(500), None]);
        assert_eq!(statuses(After::Last), [Some(500), None, Some(429), Some(429), Some(429)]);
        assert_eq!(statuses(After::Answer), [Some(500), None, Some(429), None, None]);
    }

    #[test]
    fn a_providers_own_script_comes_first() {
        let mut store = Store::default();
        store.set("m", &["status=500"], After::Cycle).expect("known verb");
        store.set("azure/m", &["status=429"], After::Cycle).expect("known verb");
        assert_eq!(store.next("azure", "m").and_then(|s| s.status), Some(429));
        assert_eq!(store.next("openai", "m").and_then(|s| s.status), Some(500));
        store.unset(Some("m"));
        assert_eq!(store.next("openai", "m"), None);
    }

    #[test]
    fn a_wrong_script_changes_nothing() {
        let mut store = Store::default();
        assert!(store.set("m", &["status=500", "bogus"], After::Cycle).is_err());
        assert_eq!(store.next("openai", "m"), None);
    }
}
