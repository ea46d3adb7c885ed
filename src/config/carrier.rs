//! How a request's plan gets from admission to Envoy's router.

use serde::{Deserialize, Serialize};

/// What the Envoy that is rendered for has to carry a plan with. Both keep every step of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// A header becomes dynamic metadata, from which the route's `priority_group` cluster specifier takes the
    /// cluster of each try: that is the deployment's own.
    #[default]
    PriorityGroups,
    /// Every try goes to the same cluster. The attempt role in it takes its deployment out of the plan, which it has
    /// in filter state anyway, and names it to a listener inside the same Envoy.
    Hop,
}

impl Carrier {
    /// Whether the plan need not be written down, as one does for serde.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}
