//! What tells one person from another.

use super::{Prebuilt, any};

pub(super) const PATTERNS: &[Prebuilt] = &[
    // RFC 5322's dot-atom, as far as it is used, and RFC 1035's labels.
    Prebuilt {
        name: "email",
        regex: r"(?-u:\b)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,63}(?-u:\b)",
        check: any,
        near: None,
    },
];
