//! Labels: what they are called in a metric's name, and what Envoy's statistics call them.

/// The value of a label beyond the bound on names, and of one that is not known.
pub const OTHER: &str = "other";

/// Longest value in a name, in bytes.
const MOST_BYTES: usize = 128;

/// A label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// What the client speaks.
    Dialect,
    /// The class of the HTTP status that the client got: `2xx`; `none` where nothing was sent.
    Status,
    /// What was done, as OpenTelemetry names it.
    Operation,
    /// The model group that the caller named, as it stands in the configuration.
    Model,
    /// The provider, as OpenTelemetry names it.
    Provider,
    /// Input or output, or which part of them.
    Token,
    /// Why a request failed.
    Error,
    /// How a try ended.
    Cause,
    /// A guardrail, as it stands in the configuration.
    Guardrail,
    /// When a guardrail ran.
    Mode,
    /// What a guardrail found.
    Outcome,
    /// What a limit counts.
    Limit,
}

impl Label {
    /// Every label.
    pub const ALL: [Self; 12] = [
        Self::Dialect,
        Self::Status,
        Self::Operation,
        Self::Model,
        Self::Provider,
        Self::Token,
        Self::Error,
        Self::Cause,
        Self::Guardrail,
        Self::Mode,
        Self::Outcome,
        Self::Limit,
    ];

    /// Its key in a metric's name.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Dialect => "dialect",
            Self::Status => "status",
            Self::Operation => "operation",
            Self::Model => "model",
            Self::Provider => "provider",
            Self::Token => "token",
            Self::Error => "error",
            Self::Cause => "cause",
            Self::Guardrail => "guardrail",
            Self::Mode => "mode",
            Self::Outcome => "outcome",
            Self::Limit => "limit",
        }
    }

    /// Its name in Envoy's statistics: OpenTelemetry's, where that has one
    /// (<https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/>).
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Operation => "gen_ai.operation.name",
            Self::Model => "gen_ai.request.model",
            Self::Provider => "gen_ai.provider.name",
            Self::Token => "gen_ai.token.type",
            Self::Error => "error.type",
            other => other.key(),
        }
    }

    /// The rule by which Envoy takes the label out of a name, in RE2's syntax: the first group is removed, the second is
    /// the value.
    #[must_use]
    pub fn regex(self) -> String {
        format!(r"^wasmcustom\.(?:spillway|gen_ai)\.[^;]*(?:;.*)?(;{}=([^;]*))(?:;|$)", self.key())
    }

    /// Whether its values come from a configuration, so that only that bounds their number.
    pub(super) fn is_open(self) -> bool {
        matches!(self, Self::Model | Self::Guardrail)
    }

    /// Appends `;key=value`. What would end the value, or is no visible ASCII, becomes `_`.
    pub(super) fn write(self, value: &str, name: &mut String) {
        name.push(';');
        name.push_str(self.key());
        name.push('=');
        let value = if value.is_empty() { OTHER } else { value };
        // All but what a configuration calls oddly.
        if value.len() <= MOST_BYTES && value.bytes().all(|byte| is_safe(char::from(byte))) {
            name.push_str(value);
        } else {
            name.extend(value.chars().take(MOST_BYTES).map(|c| if is_safe(c) { c } else { '_' }));
        }
    }
}

/// Whether it may stand in a value.
fn is_safe(c: char) -> bool {
    c.is_ascii_graphic() && !matches!(c, ';' | '=' | ':' | '|' | '#' | '@' | '"' | '\\')
}
