//! Guardrails, kind by kind, mode by mode.

mod dialects;
pub mod services;
pub mod table;

use serde::Deserialize;
use serde_json::{Value, json};
use spillway_e2e::Failure;

use super::ensure;
use mock_providers::guardrail::{BLOCK_WORD, MASK_WORD};

/// What a guardrail makes of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Passed,
    Masked,
    Flagged,
    Blocked,
    FailedClosed,
    FailedOpen,
}

impl Outcome {
    pub const ALL: [Self; 6] =
        [Self::Passed, Self::Masked, Self::Flagged, Self::Blocked, Self::FailedClosed, Self::FailedOpen];

    /// The service does not answer.
    fn fails(self) -> bool {
        matches!(self, Self::FailedClosed | Self::FailedOpen)
    }

    /// The word that brings it about.
    fn word(self, kind: &str, mode: &str) -> &'static str {
        match self {
            Self::Passed => "word-that-passes",
            Self::Masked => MASK_WORD,
            // A service would mask it, but the request has left.
            Self::Flagged if kind == "generic" && mode == "during_call" => MASK_WORD,
            Self::Flagged | Self::Blocked => BLOCK_WORD,
            Self::FailedClosed | Self::FailedOpen => "word-that-nobody-judges",
        }
    }
}

/// A row's records without what varies: ids, times and places.
fn normal(row: &Value) -> Result<Value, Failure> {
    let mut records = row["metadata"]["guardrail_information"].clone();
    let list = records.as_array_mut().ok_or_else(|| format!("no guardrail_information in {row}"))?;
    for record in list {
        let fields = record.as_object_mut().ok_or("a record is no object")?;
        for varying in ["start_time", "end_time", "duration"] {
            ensure(fields.remove(varying).is_some(), || format!("the record has no {varying}: {fields:?}"))?;
        }
        let places = fields.remove("match_details");
        ensure(places != Some(json!([])), || format!("match_details that tells of no place: {fields:?}"))?;
    }
    Ok(records)
}
