//! Configuration: what a person writes → every problem at once → checked values.
//!
//! Raw and checked are different types. `check` takes LiteLLM's format as generic JSON (the command line
//! reads the YAML) and reports every problem with its key path; the checked values are what the filter and
//! the renderer take, and cannot be built from a file that has an error.

mod checked;

pub use checked::{
    AdmissionSettings, AttemptSettings, Credential, Deployment, Gateway, Key, LedgerAddress, Role, Secret,
    Timeouts, Upstream,
};
