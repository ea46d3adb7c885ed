//! `spillway_settings`, and the mappings that stand in it.

use super::{Format, KEY, Key, Shape, Unknown, key};

/// `spillway_settings`
pub static OWN: Format = Format {
    name: "spillway_settings",
    keys: &[&[
        key("keys", Shape::List(&Shape::Of(&KEY)), "virtual keys that stand in the file"),
        key("allow_anonymous", Shape::Flag, "whether a request without a key is served"),
        key("key_lookup", Shape::Of(&KEY_LOOKUP), "how keys of the ledger's are looked up"),
        key("end_user_limits", Shape::Of(&END_USER_LIMITS), "limits of each end user of each key"),
        key("fallback_on_limits", Shape::Flag, "whether a model's own limit leads to its fallbacks"),
        key("rate_limit_service", Shape::Of(&RATE_LIMIT_SERVICE), "limits that several gateways share"),
        key(
            "prices",
            Shape::Text,
            "a file of LiteLLM's price map, beside this one: it counts before the built-in prices",
        ),
        key("ledger", Shape::Of(&LEDGER), "where events go"),
        key("outbox_bytes", Shape::Whole, "most bytes of events that wait for the ledger"),
        key("outbox_when_full", Shape::Word(&["drop_oldest", "refuse"]), "what gives way then"),
        key("durable_events", Shape::Flag, "whether Envoy writes each event to a file as well"),
        key(
            "max_body_bytes",
            Shape::Whole,
            "largest request body, and, with half a MiB or more beside, largest answer that is not streamed; 33554432",
        ),
        key(
            "known_texts",
            Shape::Whole,
            "how many texts each worker knows when they come again, and guardrails need not look at; 16384",
        ),
        key("first_token_timeout", Shape::Number, "how long a stream's first content may take, in seconds"),
        key("total_timeout", Shape::Number, "how long a request may take over all tries, in seconds"),
    ]],
    ignored: &[],
    refused: &[],
    unknown: Unknown::Refused,
};

/// `ledger`
pub static LEDGER: Format = Format {
    name: "ledger",
    keys: &[&[
        key("url", Shape::Text, "`http://127.0.0.1:4001`").required(),
        key(
            "ssl_ca_certs",
            Shape::Text,
            "file of the authorities that sign its certificate, as Envoy sees the path; the system's",
        ),
        key(
            "ssl_certfile",
            Shape::Text,
            "file of the certificate that the gateway shows, with its chain, as Envoy sees the path",
        ),
        key("ssl_keyfile", Shape::Text, "file of its key; both are read again when they are replaced"),
        key(
            "http2",
            Shape::Flag,
            "`https`: HTTP/2 where the ledger takes it, unless `false`; `http`: by prior knowledge where `true`",
        ),
    ]],
    ignored: &[],
    refused: &[
        (
            "ssl_verify ssl_cert_reqs ssl_check_hostname",
            "its certificate and name are always verified; `ssl_ca_certs` names the authorities",
        ),
        ("ssl_certificate", "write `ssl_certfile` and `ssl_keyfile`"),
    ],
    unknown: Unknown::Refused,
};

/// `key_lookup`
pub static KEY_LOOKUP: Format = Format {
    name: "key_lookup",
    keys: &[&[
        key("enabled", Shape::Flag, "whether the ledger is asked about keys that do not stand in the file"),
        key("ttl", Shape::Number, "for how long its answer holds, in seconds"),
        key("grace", Shape::Number, "for how much longer while it is away"),
        key("refused_ttl", Shape::Number, "for how long an unknown key stays unknown"),
        key("interval", Shape::Number, "how often it is asked what changed"),
        key("timeout", Shape::Number, "for how long its answer is waited for"),
        key("max_per_second", Shape::Whole, "most questions a second"),
    ]],
    ignored: &[],
    refused: &[],
    unknown: Unknown::Refused,
};

/// Limits of any scope.
pub const LIMITS: &[Key] = &[
    key("rpm_limit", Shape::Whole, "requests a minute"),
    key("tpm_limit", Shape::Whole, "tokens a minute"),
    key("max_parallel_requests", Shape::Whole, "requests at one time"),
];

/// `end_user_limits`
pub static END_USER_LIMITS: Format = Format {
    name: "end_user_limits",
    keys: &[LIMITS],
    ignored: &[],
    refused: &[],
    unknown: Unknown::Refused,
};

/// `rate_limit_service`
pub static RATE_LIMIT_SERVICE: Format = Format {
    name: "rate_limit_service",
    keys: &[&[
        key("url", Shape::Text, "`grpc://127.0.0.1:8081`").required(),
        key("domain", Shape::Text, "the domain of the service's own configuration; `spillway`"),
        key("timeout", Shape::Number, "for how long an answer is waited for, in seconds; 0.1"),
        key("failure_mode_deny", Shape::Flag, "whether requests are refused while it gives no answer"),
    ]],
    ignored: &[],
    refused: &[],
    unknown: Unknown::Refused,
};
