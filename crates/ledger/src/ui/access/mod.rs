//! Who may see the monitor: a login with the master key or the read-only token, and sessions after it.

mod attempts;
mod cookie;
mod forgery;
mod onward;
mod sessions;

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(super) use cookie::{Cookie, cookie};
pub(super) use forgery::Forgery;
pub(super) use onward::onward;

use crate::secret::Secret;
use attempts::Attempts;
use sessions::Sessions;

/// Seconds that a session lasts, however much it is used.
pub(super) const SESSION_SECONDS: u64 = 12 * 3_600;

/// What lets people see the monitor. Without any, nobody sees it.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// The ledger's master key.
    pub master_key: Option<Secret>,
    /// A token that opens the monitor and nothing else.
    pub monitor_token: Option<Secret>,
}

/// Why a login was refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// There is no credential that could be right.
    NotConfigured,
    /// It is not one of the credentials.
    Wrong,
    /// Too many wrong ones came from this address; the next is looked at in so many seconds.
    TooMany(u64),
}

/// The credentials, and who has shown one.
pub(super) struct Access {
    credentials: Credentials,
    sessions: Mutex<Sessions>,
    attempts: Mutex<Attempts>,
    /// Guards forms.
    pub(super) forgery: Forgery,
}

/// What is behind these locks is whole after every statement, so a panic elsewhere spoils nothing.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Access {
    /// Nobody is in yet. `random` is drawn anew for each process.
    pub(super) fn new(credentials: Credentials, random: [u8; 32]) -> Self {
        Self {
            credentials,
            sessions: Mutex::default(),
            attempts: Mutex::default(),
            forgery: Forgery::new(random),
        }
    }

    /// Whether anybody could be let in.
    pub(super) fn is_configured(&self) -> bool {
        self.credentials.master_key.is_some() || self.credentials.monitor_token.is_some()
    }

    /// Opens the session `id`, which nobody can guess, for who presents a credential.
    pub(super) fn login(
        &self,
        presented: &str,
        id: &str,
        peer: Option<IpAddr>,
        now_us: u64,
    ) -> Result<(), Refused> {
        if !self.is_configured() {
            return Err(Refused::NotConfigured);
        }
        // Before the comparison: who guesses learns nothing while too many guesses were wrong.
        locked(&self.attempts).check(peer, now_us).map_err(Refused::TooMany)?;
        if !self.credentials.matches(presented) {
            locked(&self.attempts).failed(peer, now_us);
            return Err(Refused::Wrong);
        }
        locked(&self.attempts).succeeded(peer);
        locked(&self.sessions).open(id, now_us);
        Ok(())
    }

    /// Whether this is a session that is open.
    pub(super) fn knows(&self, id: &str, now_us: u64) -> bool {
        locked(&self.sessions).is_open(id, now_us)
    }

    /// Ends a session.
    pub(super) fn logout(&self, id: &str) {
        locked(&self.sessions).close(id);
    }
}

impl Credentials {
    fn matches(&self, presented: &str) -> bool {
        let matches =
            |secret: &Option<Secret>| secret.as_ref().is_some_and(|secret| secret.matches(presented));
        // Both are compared whatever the first says, so the time does not tell which it was.
        matches(&self.master_key) | matches(&self.monitor_token)
    }
}

/// 256 random bits in hex: a session's id, or what a form is tied to.
pub(super) fn random_id() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(hex(&bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access() -> Access {
        let secret = |text| Some(Secret::new(text).unwrap());
        let credentials = Credentials { master_key: secret("sk-master"), monitor_token: secret("read-only") };
        Access::new(credentials, [7; 32])
    }

    #[test]
    fn both_credentials_open_a_session_and_others_none() {
        let access = access();
        for (presented, expected) in [
            ("sk-master", Ok(())),
            ("read-only", Ok(())),
            ("", Err(Refused::Wrong)),
            ("sk-maste", Err(Refused::Wrong)),
        ] {
            assert_eq!(access.login(presented, presented, None, 0), expected, "{presented}");
            assert_eq!(access.knows(presented, 0), expected.is_ok(), "{presented}");
        }
        access.logout("sk-master");
        assert!(!access.knows("sk-master", 0) && access.knows("read-only", 0));
    }

    #[test]
    fn a_session_ends_by_itself() {
        let access = access();
        access.login("sk-master", "id", None, 5).unwrap();
        assert!(access.knows("id", 5 + SESSION_SECONDS * 1_000_000 - 1));
        assert!(!access.knows("id", 5 + SESSION_SECONDS * 1_000_000));
    }

    #[test]
    fn without_credentials_nobody_is_let_in() {
        let nobody = Access::new(Credentials::default(), [7; 32]);
        assert_eq!(nobody.login("", "id", None, 0), Err(Refused::NotConfigured));
        assert!(!nobody.is_configured() && !nobody.knows("id", 0));
    }

    #[test]
    fn too_many_wrong_ones_stop_the_right_one_too() {
        let access = access();
        let peer = "10.0.0.1".parse().ok();
        let wrong = (0..100).find_map(|_| match access.login("x", "id", peer, 0) {
            Err(Refused::TooMany(seconds)) => Some(seconds),
            _ => None,
        });
        let seconds = wrong.unwrap();
        assert_eq!(access.login("sk-master", "id", peer, 0), Err(Refused::TooMany(seconds)));
        assert_eq!(access.login("sk-master", "other", "10.0.0.2".parse().ok(), 0), Ok(()));
        assert_eq!(access.login("sk-master", "id", peer, seconds * 1_000_000), Ok(()));
    }

    #[test]
    fn ids_differ() {
        let ids = [random_id().unwrap(), random_id().unwrap()];
        assert_ne!(ids[0], ids[1]);
        assert_eq!(ids[0].len(), 64);
    }
}
