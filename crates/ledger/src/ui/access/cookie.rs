//! Cookies: none is readable by a script, none is sent by another site's page.

use axum::http::{HeaderMap, HeaderValue, header};

/// The cookies of the monitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Cookie {
    /// The session's id.
    Session,
    /// What the login's form is tied to before there is a session.
    Login,
    /// `light` or `dark`, where the visitor chose.
    Theme,
}

impl Cookie {
    fn name(self) -> &'static str {
        match self {
            Self::Session => "spillway_session",
            Self::Login => "spillway_login",
            Self::Theme => "spillway_theme",
        }
    }

    fn seconds(self) -> u64 {
        match self {
            Self::Session => super::SESSION_SECONDS,
            Self::Login => 3_600,
            Self::Theme => 31_536_000,
        }
    }

    /// The header that sets it; `value` is of letters and digits. `Secure` where the visitor came by TLS: browsers do
    /// not keep such a cookie from a plain connection, on which the monitor must work too.
    pub(in crate::ui) fn set(self, value: &str, by_tls: bool) -> Option<HeaderValue> {
        self.header(value, self.seconds(), by_tls)
    }

    /// The header that removes it.
    pub(in crate::ui) fn removed(self, by_tls: bool) -> Option<HeaderValue> {
        self.header("", 0, by_tls)
    }

    fn header(self, value: &str, seconds: u64, by_tls: bool) -> Option<HeaderValue> {
        let secure = if by_tls { "; Secure" } else { "" };
        let name = self.name();
        HeaderValue::try_from(format!(
            "{name}={value}; Path=/ui; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"
        ))
        .ok()
    }
}

/// A cookie's value, where the request has it.
pub(in crate::ui) fn cookie(headers: &HeaderMap, cookie: Cookie) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(name, _)| *name == cookie.name()).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_those_of_a_secret() {
        let line = Cookie::Session.set("abc", true).unwrap();
        let expected = "spillway_session=abc; Path=/ui; Max-Age=43200; HttpOnly; SameSite=Strict; Secure";
        assert_eq!(line, expected);
        let removed = Cookie::Session.removed(false).unwrap();
        assert_eq!(removed, "spillway_session=; Path=/ui; Max-Age=0; HttpOnly; SameSite=Strict");
        assert!(Cookie::Theme.set("a\r\nb", true).is_none());
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append("cookie", "a=b; spillway_theme=dark".parse().unwrap());
        headers.append("cookie", "spillway_session=x=y".parse().unwrap());
        assert_eq!(cookie(&headers, Cookie::Theme), Some("dark"));
        assert_eq!(cookie(&headers, Cookie::Session), Some("x=y"));
        assert_eq!(cookie(&headers, Cookie::Login), None);
    }
}
