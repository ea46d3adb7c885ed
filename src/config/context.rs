//! What every read of one file shares: the environment, and what was found so far.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::gathered::Gathered;
use super::path::Path;
use super::report::Finding;

/// The environment and the findings.
pub(super) struct Context<'a> {
    env: &'a dyn Fn(&str) -> Option<String>,
    findings: RefCell<Vec<Finding>>,
    /// All that is in `findings`, to be looked up.
    found: RefCell<BTreeSet<Finding>>,
    gathered: RefCell<Gathered>,
}

impl<'a> Context<'a> {
    pub fn new(env: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { env, findings: RefCell::default(), found: RefCell::default(), gathered: RefCell::default() }
    }

    /// An environment variable, which may be empty.
    pub fn set(&self, name: &str) -> Option<String> {
        (self.env)(name)
    }

    /// An environment variable that has a value.
    pub fn variable(&self, name: &str) -> Option<String> {
        self.set(name).filter(|value| !value.is_empty())
    }

    /// A key that two readers read has one problem.
    pub fn add(&self, finding: Finding) {
        if self.found.borrow_mut().insert(finding.clone()) {
            self.findings.borrow_mut().push(finding);
        }
    }

    /// A key without effect that is told once for the whole file.
    pub fn gather(&self, path: &Path, key: &str) {
        self.gathered.borrow_mut().add(path, key);
    }

    pub fn findings(self) -> Vec<Finding> {
        let mut findings = self.findings.into_inner();
        findings.extend(self.gathered.into_inner().into_finding());
        findings
    }
}
