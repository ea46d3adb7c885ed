//! Open sessions, in memory: a restart ends them all.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::SESSION_SECONDS;

/// Most sessions at once. The one that would end first makes room for another.
const MOST: usize = 1_024;

/// Sessions by the SHA-256 of their ids, so that a dump of the memory opens none.
#[derive(Default)]
pub(super) struct Sessions {
    /// When each ends, in microseconds since the Unix epoch.
    ends: HashMap<[u8; 32], u64>,
}

fn digest(id: &str) -> [u8; 32] {
    Sha256::digest(id).into()
}

impl Sessions {
    /// Opens a session.
    pub(super) fn open(&mut self, id: &str, now_us: u64) {
        self.ends.retain(|_, end| *end > now_us);
        if self.ends.len() >= MOST
            && let Some(first) = self.ends.iter().min_by_key(|(_, end)| **end).map(|(id, _)| *id)
        {
            self.ends.remove(&first);
        }
        self.ends.insert(digest(id), now_us.saturating_add(SESSION_SECONDS * 1_000_000));
    }

    /// Whether it was opened, and neither closed nor over.
    pub(super) fn is_open(&self, id: &str, now_us: u64) -> bool {
        self.ends.get(&digest(id)).is_some_and(|end| *end > now_us)
    }

    /// Closes a session.
    pub(super) fn close(&mut self, id: &str) {
        self.ends.remove(&digest(id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_makes_room() {
        let mut sessions = Sessions::default();
        for number in 0..=MOST as u64 {
            sessions.open(&number.to_string(), number);
        }
        assert_eq!(sessions.ends.len(), MOST);
        assert!(!sessions.is_open("0", MOST as u64) && sessions.is_open("1", MOST as u64));
    }

    #[test]
    fn ids_are_not_kept() {
        let mut sessions = Sessions::default();
        sessions.open("id", 0);
        assert!(sessions.ends.keys().all(|key| *key == digest("id")));
    }
}
