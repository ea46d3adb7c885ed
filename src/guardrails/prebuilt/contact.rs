//! Where a person can be reached.

use super::{PLAIN, Prebuilt};

pub(super) const PATTERNS: &[Prebuilt] = &[
    // RFC 5322's dot-atom, as far as it is used, and RFC 1035's labels.
    Prebuilt {
        name: "email",
        regex: r"(?-u:\b)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,63}(?-u:\b)",
        ..PLAIN
    },
];
