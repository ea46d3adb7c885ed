//! Which deployment a try is at.

use std::collections::HashMap;
use std::rc::Rc;

use crate::config::AttemptSettings;

/// The deployments that the requests of one cluster go to.
pub struct Deployments {
    first: Rc<AttemptSettings>,
    /// By id, where the plan tells which one a try is at; empty where the cluster is the first one's own.
    shared: HashMap<String, Rc<AttemptSettings>>,
}

impl Deployments {
    /// The deployment of a cluster that is its own.
    #[must_use]
    pub fn own(settings: AttemptSettings) -> Self {
        Self { first: Rc::new(settings), shared: HashMap::new() }
    }

    /// The deployments of a cluster that they share; `None` if there is none.
    #[must_use]
    pub fn shared(settings: Vec<AttemptSettings>) -> Option<Self> {
        let settings: Vec<_> = settings.into_iter().map(Rc::new).collect();
        let first = Rc::clone(settings.first()?);
        let shared = settings.into_iter().map(|settings| (settings.id.clone(), settings)).collect();
        Some(Self { first, shared })
    }

    /// What a try goes by that has not begun.
    pub(super) fn unknown_yet(&self) -> Rc<AttemptSettings> {
        Rc::clone(&self.first)
    }

    /// The deployment of a try whose plan has this id. A cluster's own is taken whatever the plan says: that has led
    /// here.
    pub(super) fn named(&self, id: &str) -> Option<Rc<AttemptSettings>> {
        if self.shared.is_empty() { Some(Rc::clone(&self.first)) } else { self.shared.get(id).cloned() }
    }

    /// Whether any of them gets the request's trace context.
    pub(super) fn read_traces(&self) -> bool {
        self.first.trace_context || self.shared.values().any(|settings| settings.trace_context)
    }
}
