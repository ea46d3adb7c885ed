//! What the admission role knows, compiled once per configuration.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use crate::config::AdmissionSettings;
use crate::guardrails::{Compiled, Known, Secret, callout};
use crate::keys::{Cache, Key};

/// Checked settings, with keys by their hash and guardrails ready to scan.
pub struct Setup {
    pub(super) settings: AdmissionSettings,
    /// The keys of the gateway's file.
    pub(super) keys: HashMap<String, Rc<Key>>,
    /// The ledger's keys.
    pub(super) cache: Cache,
    pub(super) guardrails: Compiled,
    /// Texts that guardrails found nothing in.
    pub(super) known: RefCell<Known>,
    /// What guardrails' services said, for as long as it holds.
    pub(super) opinions: RefCell<callout::Cache>,
}

/// Why settings that were checked once do not compile.
#[derive(Debug)]
pub struct SetupError(String);

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Setup {
    /// Compiles settings. `secret`: random bits; without, no text is known when it comes again.
    ///
    /// # Errors
    /// A guardrail's pattern does not compile.
    pub fn new(mut settings: AdmissionSettings, secret: Option<Secret>) -> Result<Self, SetupError> {
        let guardrails =
            Compiled::new(&settings.guardrails).map_err(|error| SetupError(error.to_string()))?;
        let keys = std::mem::take(&mut settings.keys);
        let keys = keys.into_iter().map(|key| (key.hash.clone(), Rc::new(key))).collect();
        let known = RefCell::new(Known::new(settings.known_texts, secret));
        let (cache, opinions) = (Cache::default(), RefCell::default());
        Ok(Self { settings, keys, cache, guardrails, known, opinions })
    }

    /// The checked settings; their `keys` have moved out.
    #[must_use]
    pub fn settings(&self) -> &AdmissionSettings {
        &self.settings
    }
}
