//! How often a group is tried again after a failure.

use serde::{Deserialize, Serialize};

use crate::cause::{Cause, Fault, PerClass};

/// `retry_policy`: tries after the first within one group, by what went wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RetryPolicy {
    /// `…ErrorRetries`
    #[serde(skip_serializing_if = "super::is_default")]
    pub by_class: PerClass,
    /// `DefaultRetries`: for classes without a number, instead of `num_retries`.
    #[serde(rename = "default", skip_serializing_if = "Option::is_none")]
    pub other: Option<u32>,
}

/// The retries that hold for one request in one group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retries {
    /// What the policy says.
    #[serde(default, skip_serializing_if = "super::is_default")]
    pub policy: RetryPolicy,
    /// Retries where the policy says nothing.
    pub usual: u32,
}

impl Retries {
    /// Tries after the first that a failure for this cause allows. What is not the provider's fault is tried
    /// again only where the policy names its class; what the whole group would answer alike, never.
    #[must_use]
    pub fn after(&self, cause: Cause) -> u32 {
        if cause.is_of_the_group() {
            return 0;
        }
        let named = self.policy.by_class.of(cause.class());
        match cause.fault() {
            Fault::Provider => named.or(self.policy.other).unwrap_or(self.usual),
            Fault::Caller | Fault::Window | Fault::Policy => named.unwrap_or(0),
        }
    }

    /// Tries after the first when no response comes at all. A lost connection and a timeout cannot be told
    /// apart when the router goes on by itself, so the class that allows fewer counts.
    #[must_use]
    pub fn after_loss(&self) -> u32 {
        self.after(Cause::Timeout).min(self.after(Cause::Connection))
    }

    /// The largest number of retries that any cause allows.
    #[must_use]
    pub fn most(&self) -> u32 {
        let usual = self.policy.other.unwrap_or(self.usual);
        self.policy.by_class.largest().map_or(usual, |largest| largest.max(usual))
    }
}
