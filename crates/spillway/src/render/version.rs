//! Which Envoy a configuration is for, and what that one can do.

use std::fmt;
use std::str::FromStr;

use spillway_filter::config::Carrier;

/// A release of Envoy, patches aside: they change no API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EnvoyVersion {
    /// 1
    pub major: u32,
    /// 40 of 1.40.3.
    pub minor: u32,
}

impl EnvoyVersion {
    /// The oldest that is supported: the end-to-end suite runs on it. What is missing in those before it is in
    /// `docs/ENVOY_VERSIONS.md`.
    pub const OLDEST: Self = Self { major: 1, minor: 39 };
    /// The first with the `priority_group` cluster specifier. What is rendered for it, newer ones take as well.
    pub const NEWEST: Self = Self { major: 1, minor: 40 };

    /// What carries a request's plan there.
    #[must_use]
    pub fn carrier(self) -> Carrier {
        if self >= Self::NEWEST { Carrier::PriorityGroups } else { Carrier::Hop }
    }

    /// This version, if it is supported.
    ///
    /// # Errors
    /// With what is expected instead.
    pub fn supported(self) -> Result<Self, String> {
        if self >= Self::OLDEST {
            return Ok(self);
        }
        Err(format!("Envoy {self} is too old: {} is the oldest that the gateway runs on", Self::OLDEST))
    }
}

impl fmt::Display for EnvoyVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// `1.39`, `v1.39`, `1.39.2`, `1.39.0-dev`.
impl FromStr for EnvoyVersion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.strip_prefix('v').unwrap_or(text).split(['.', '-']);
        let mut number = || parts.next()?.parse().ok();
        match (number(), number()) {
            (Some(major), Some(minor)) => Ok(Self { major, minor }),
            _ => Err(format!("`{text}` is no version of Envoy: expected one like {}", Self::NEWEST)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_people_and_programs_write_them() {
        for text in ["1.39", "v1.39", "1.39.3", "1.39.0-dev", "v1.39-latest"] {
            assert_eq!(text.parse(), Ok(EnvoyVersion { major: 1, minor: 39 }), "{text}");
        }
        for text in ["", "1", "latest", "1.x", "v"] {
            let error = text.parse::<EnvoyVersion>().unwrap_err();
            assert_eq!(error, format!("`{text}` is no version of Envoy: expected one like 1.40"));
        }
    }

    #[test]
    fn each_supported_version_has_its_carrier() {
        for (version, carrier) in [
            ("1.39", Carrier::Hop),
            ("1.40", Carrier::PriorityGroups),
            ("1.41", Carrier::PriorityGroups),
            ("2.0", Carrier::PriorityGroups),
        ] {
            let version: EnvoyVersion = version.parse().unwrap();
            assert_eq!(version.supported().map(EnvoyVersion::carrier), Ok(carrier), "{version}");
        }
    }

    #[test]
    fn what_is_too_old_is_refused_by_its_name() {
        let version: EnvoyVersion = "1.38.2".parse().unwrap();
        let expected = "Envoy 1.38 is too old: 1.39 is the oldest that the gateway runs on";
        assert_eq!(version.supported(), Err(expected.to_owned()));
    }
}
