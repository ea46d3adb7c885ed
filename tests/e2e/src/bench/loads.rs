//! What is asked for: a table of requests, how many at once, and of whom.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::sides::{AGAIN, ALL, BARE, FLOOR, PLAIN};
use crate::Failure;

/// One kind of request.
#[derive(Debug, PartialEq, Eq)]
pub struct Load {
    /// As `--only` names it.
    pub name: &'static str,
    /// As tables name it.
    pub about: &'static str,
    /// The model: it decides the provider, and with `-paced` how the upstream streams.
    pub model: &'static str,
    /// Size of the body, about; 0 for that of `bench-body.json`.
    pub bytes: usize,
    /// Whether the answer is a stream, of 200 pieces of text.
    pub stream: bool,
    /// How many at once, one number after the other.
    pub connections: &'static [u32],
    /// Who is measured with it.
    pub sides: &'static [&'static str],
}

const CHAT: &str = "gpt-4.1";
const CLAUDE: &str = "claude";
/// The load whose streams come all at once.
pub const STREAM: &str = "stream";
/// The load whose streams come one event a millisecond.
pub const PACED: &str = "stream-paced";

const EVERYONE: &[&str] = &[PLAIN, "buffered", FLOOR, BARE, "limits", "rules", ALL];
const THREE: &[&str] = &[PLAIN, FLOOR, ALL];
/// A conversation is sent again with each of its turns.
const LONG: &[&str] = &[PLAIN, FLOOR, ALL, AGAIN];
/// Nothing is to be changed in the body: what it costs that all of it is read.
const LARGE: &[&str] = &[PLAIN, "buffered", FLOOR, BARE, ALL, AGAIN];

const KB: usize = 1024;
const MB: usize = 1024 * KB;

const fn load(name: &'static str, about: &'static str, model: &'static str) -> Load {
    Load { name, about, model, bytes: 0, stream: false, connections: &[32], sides: THREE }
}

/// All of them, in the order in which they are run: the largest bodies last, for memory stays.
pub static LOADS: [Load; 9] = [
    Load { connections: &[1, 16, 32], sides: EVERYONE, ..load("chat-1k", "chat, 1 KB", CHAT) },
    Load { stream: true, ..load(STREAM, "chat, streamed at once", CHAT) },
    Load { stream: true, ..load(PACED, "chat, streamed, an event a ms", "gpt-4.1-paced") },
    load("anthropic", "chat to Anthropic, 1 KB", CLAUDE),
    Load { stream: true, ..load("anthropic-stream", "chat to Anthropic, streamed at once", CLAUDE) },
    Load { bytes: 16 * KB, sides: LONG, ..load("chat-16k", "chat, 16 KB", CHAT) },
    Load { bytes: 128 * KB, sides: LONG, ..load("chat-128k", "chat, 128 KB", CHAT) },
    Load { bytes: MB, connections: &[4], sides: LARGE, ..load("chat-1m", "chat, 1 MB", CHAT) },
    Load { bytes: 8 * MB, connections: &[4], sides: LONG, ..load("chat-8m", "chat, 8 MB", CHAT) },
];

/// The largest bodies that a gateway takes by default: with so much less as one becomes longer than it says.
pub static LARGEST: [Load; 2] = [
    Load { bytes: 32 * MB - 128 * KB, ..load("chat-32m", "chat, 32 MB", CHAT) },
    Load { bytes: 32 * MB - 128 * KB, ..load("anthropic-32m", "chat to Anthropic, 32 MB", CLAUDE) },
];

/// The load of this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Load> {
    LOADS.iter().find(|load| load.name == name)
}

/// The usual request's body.
pub const BODY: &str = "bench-body.json";
/// What a turn of a long conversation says, again and again: prose and code, with what JSON escapes.
const WORDS: &str = include_str!("../../bench-turn.txt");
const WORDS_OF_A_TURN: usize = 12;

impl Load {
    /// Its body.
    ///
    /// # Errors
    /// `bench-body.json` cannot be read.
    pub fn body(&self) -> Result<Value, Failure> {
        let usual = super::read_data(BODY)?;
        let usual: Value = serde_json::from_str(&usual).map_err(|error| format!("{BODY}: {error}"))?;
        let mut body = json!({"model": self.model});
        if self.stream {
            set(&mut body, "stream", json!(true));
        }
        let members = usual.as_object().into_iter().flatten().filter(|(name, _)| *name != "model");
        for (name, value) in members {
            set(&mut body, name, value.clone());
        }
        if self.bytes > 0 {
            set(&mut body, "messages", conversation(self.bytes));
        }
        Ok(body)
    }

    /// Whether a gateway sends it to a provider of another API than the client's. An Envoy sends it as it is.
    #[must_use]
    pub fn is_translated(&self) -> bool {
        self.model == CLAUDE
    }

    /// Its body, for another model where one is given.
    ///
    /// # Errors
    /// As for [`body`](Self::body).
    pub fn body_for(&self, model: Option<&str>) -> Result<Value, Failure> {
        let mut body = self.body()?;
        if let Some(model) = model {
            set(&mut body, "model", json!(model));
        }
        Ok(body)
    }

    /// Writes its body to a file in this folder, as this side wants it.
    ///
    /// # Errors
    /// `bench-body.json` cannot be read, or the file not be written.
    pub fn write(&self, folder: &Path, side: &str, model: Option<&str>) -> Result<PathBuf, Failure> {
        let path = folder.join(format!("{}-{side}.json", self.name));
        let body = self.body_for(model)?.to_string();
        fs::write(&path, body).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(path)
    }
}

fn set(body: &mut Value, name: &str, value: Value) {
    if let Some(members) = body.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}

/// Turns, no two the same, of so many bytes in all as JSON, about.
fn conversation(bytes: usize) -> Value {
    let words = WORDS.repeat(WORDS_OF_A_TURN);
    let turn = |number: usize| {
        let role = if number.is_multiple_of(2) { "user" } else { "assistant" };
        json!({"role": role, "content": format!("{number}. {words}")})
    };
    let turns = bytes / turn(0).to_string().len();
    (0..turns.max(1)).map(turn).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::sides;

    #[test]
    fn bodies_are_about_as_large_as_they_say() {
        for load in LOADS.iter().chain(&LARGEST) {
            let text = load.body().unwrap().to_string();
            assert!(text.len() <= 32 * MB, "{}: {}", load.name, text.len());
            let wanted = if load.bytes == 0 { 1000 } else { load.bytes };
            assert!(text.len().abs_diff(wanted) < wanted / 6, "{}: {}", load.name, text.len());
            assert!(text.starts_with(&format!("{{\"model\":\"{}\"", load.model)), "{}", load.name);
            assert_eq!(text.contains("\"stream\":true"), load.stream, "{}", load.name);
        }
    }

    #[test]
    fn sides_exist_and_the_first_is_what_the_others_are_compared_with() {
        for load in &LOADS {
            assert_eq!(load.sides.first(), Some(&PLAIN));
            assert!(load.sides.iter().all(|side| sides::named(side).is_some()), "{}", load.name);
        }
    }
}
