//! The login.

use maud::{Markup, html};

use super::layout::hidden;
use super::{Theme, bare};

/// What the login says above its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Notice {
    /// Nothing happened yet.
    None,
    /// The credential was wrong.
    Wrong,
    /// Too many were; seconds to wait.
    TooMany(u64),
    /// The form was too old, or of another page.
    Stale,
    /// The visitor has logged out.
    LoggedOut,
    /// The ledger has no credential that could be right.
    NotConfigured,
}

/// The page. `onward` is where the visitor goes afterwards.
pub(in crate::ui) fn login(theme: Theme, notice: Notice, form_token: &str, onward: &str) -> Markup {
    bare(
        "Log in",
        theme,
        &html! {
            h1 { "Log in to the monitor" }
            (words(notice))
            @if notice != Notice::NotConfigured { (form(notice, form_token, onward)) }
        },
    )
}

fn form(notice: Notice, form_token: &str, onward: &str) -> Markup {
    let wrong = notice == Notice::Wrong;
    html! {
        form.login method="post" action="/ui/login" {
            (hidden("form_token", form_token))
            (hidden("next", onward))
            // Password stores ask for a name to keep the secret under.
            input type="text" name="username" value="monitor" autocomplete="username" hidden;
            label for="credential" { "Master key or read-only token" }
            input #credential type="password" name="credential" autocomplete="current-password" required autofocus
                maxlength="1024" spellcheck="false" aria-describedby=[(notice != Notice::None).then_some("notice")]
                aria-invalid=[wrong.then_some("true")];
            button.primary type="submit" { "Log in" }
        }
    }
}

fn words(notice: Notice) -> Markup {
    let (role, text) = match notice {
        Notice::None => return Markup::default(),
        Notice::Wrong => {
            ("alert", "This is neither the ledger’s master key nor its read-only token.".to_owned())
        }
        Notice::TooMany(seconds) => {
            ("alert", format!("Too many wrong keys came from your address. Try again in {seconds} s."))
        }
        Notice::Stale => ("alert", "The form was too old. Please try again.".to_owned()),
        Notice::LoggedOut => ("status", "You are logged out.".to_owned()),
        Notice::NotConfigured => return not_configured(),
    };
    html! { p.notice #notice role=(role) { (text) } }
}

fn not_configured() -> Markup {
    html! {
        div.notice #notice role="alert" {
            p { "This ledger has no credential, so it lets nobody in." }
            p {
                "Set " code { "SPILLWAY_MASTER_KEY" } " or, for the monitor alone, " code { "SPILLWAY_MONITOR_TOKEN" }
                ", and restart it."
            }
        }
    }
}
