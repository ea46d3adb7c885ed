//! What is compared: Envoys with less and less in them, and gateways with more and more. Other people's gateways are in
//! [`peers`](super::peers).

use super::peers::table::Peer;

/// One of them.
#[derive(Debug, PartialEq, Eq)]
pub struct Side {
    /// As tables and `--sides` name it.
    pub name: &'static str,
    /// What it is, for the document.
    pub about: &'static str,
    /// How it is started.
    pub kind: Kind,
}

/// How a side is started.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    /// Envoy with this configuration.
    Envoy(&'static str),
    /// `spillway up` with a file of these parts.
    Gateway(&'static [&'static str]),
    /// Somebody else's gateway.
    Peer(&'static Peer),
}

/// The part that every gateway has.
pub const MODELS: &str = "bench-models.yaml";
/// A key without limits.
pub const KEY: &str = "bench-key.yaml";
/// A key with limits.
pub const LIMITS: &str = "bench-limits.yaml";
/// A guardrail.
pub const RULES: &str = "bench-rules.yaml";
/// A fallback for each model.
pub const FALLBACKS: &str = "bench-fallbacks.yaml";
/// No text is known when it comes again. Goes on where [`LIMITS`] ends.
pub const NEW_TEXTS: &str = "bench-new-texts.yaml";

/// What all are compared with.
pub const PLAIN: &str = "plain";
/// What a gateway of two filters costs at least.
pub const FLOOR: &str = "floor";
/// A gateway that keeps keys and books, and no policy.
pub const BARE: &str = "bare";
/// What users run, where every text is new.
pub const ALL: &str = "all";
/// The same, where every text came before.
pub const AGAIN: &str = "again";

/// All of them. A gateway sends an event for each request to its ledger: that cannot be turned off.
pub static SIDES: [Side; 8] = [
    Side { name: PLAIN, about: "Envoy: one route, only the router", kind: Kind::Envoy("bench-plain.yaml") },
    Side {
        name: "buffered",
        about: "Envoy: the same, behind its own buffer filter, with the gateway's limit",
        kind: Kind::Envoy("bench-buffered.yaml"),
    },
    Side {
        name: FLOOR,
        about: "Envoy: two wasm filters in the places of the gateway's, which read the body and rename the model",
        kind: Kind::Envoy("bench-floor.yaml"),
    },
    Side { name: BARE, about: "gateway: a key, no policy; events", kind: Kind::Gateway(&[MODELS, KEY]) },
    Side {
        name: "limits",
        about: "gateway: a key with request and token limits; events",
        kind: Kind::Gateway(&[MODELS, LIMITS]),
    },
    Side {
        name: "rules",
        about: "gateway: a key, 20 guardrail rules; events",
        kind: Kind::Gateway(&[MODELS, RULES, KEY]),
    },
    Side {
        name: ALL,
        about: "gateway: limits, 20 guardrail rules, a fallback that is planned; events; every text is new",
        kind: Kind::Gateway(&[MODELS, RULES, FALLBACKS, LIMITS, NEW_TEXTS]),
    },
    Side {
        name: AGAIN,
        about: "the same gateway as users have it; every text came before",
        kind: Kind::Gateway(&[MODELS, RULES, FALLBACKS, LIMITS]),
    },
];

/// The side of this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Side> {
    SIDES.iter().find(|side| side.name == name)
}

impl Side {
    /// Whether the gateway's file has this part.
    #[must_use]
    pub fn has(&self, part: &str) -> bool {
        matches!(self.kind, Kind::Gateway(parts) if parts.contains(&part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_there() {
        for side in &SIDES {
            let files = match side.kind {
                Kind::Envoy(file) => vec![file],
                Kind::Gateway(parts) => parts.to_vec(),
                Kind::Peer(_) => Vec::new(),
            };
            for file in files {
                assert!(crate::bench::read_data(file).is_ok(), "{file}");
            }
        }
    }

    #[test]
    fn rules_are_twenty() {
        let file: serde_yaml_ng::Value =
            serde_yaml_ng::from_str(&crate::bench::read_data(RULES).unwrap()).unwrap();
        let filter = &file["guardrails"][0]["litellm_params"];
        let count = |list: &str| filter[list].as_sequence().map_or(0, Vec::len);
        assert_eq!(count("blocked_words") + count("patterns"), 20);
    }
}
