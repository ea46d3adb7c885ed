//! What stands around every page.

use maud::{DOCTYPE, Markup, html};

use super::{Ask, Failure, Theme};
use crate::ui::assets;
use crate::ui::format::clock_time;

/// The pages of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Room {
    /// `/ui`
    Overview,
    /// `/ui/guardrails`
    Guardrails,
    /// `/ui/spend`
    Spend,
    /// `/ui/traffic`
    Traffic,
    /// `/ui/requests`
    Requests,
}

impl Room {
    const ALL: [Self; 5] = [Self::Overview, Self::Traffic, Self::Spend, Self::Guardrails, Self::Requests];

    /// Its path.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Overview => "/ui",
            Self::Guardrails => "/ui/guardrails",
            Self::Spend => "/ui/spend",
            Self::Traffic => "/ui/traffic",
            Self::Requests => "/ui/requests",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Guardrails => "Guardrails",
            Self::Spend => "Spend",
            Self::Traffic => "Traffic",
            Self::Requests => "Requests",
        }
    }
}

/// A page's own part.
#[derive(Debug)]
pub(in crate::ui) struct Page {
    /// Headline, and title of the document.
    pub(super) title: String,
    /// Where it is in the menu.
    pub(super) room: Option<Room>,
    /// Beside the headline: the time, and what else the page is chosen with.
    pub(super) choice: Markup,
    /// The page.
    pub(super) body: Markup,
    /// Whether it goes on changing.
    pub(super) live: bool,
}

impl Page {
    /// The page that says why there is no other.
    pub(in crate::ui) fn failed(ask: &Ask, failure: &Failure) -> Self {
        let path = ask.address.path();
        let room = Room::ALL.into_iter().find(|room| room.path() == path);
        let body = html! {
            div.notice role="alert" { (failure.text()) }
            @match failure {
                Failure::Store(_) => a.button href=(ask.address.href()) { "Try again" },
                Failure::Wrong(_) => a.button href=(path) { "Show the page without filters" },
                _ => {}
            }
        };
        Self { title: failure.title().to_owned(), room, choice: Markup::default(), body, live: false }
    }
}

/// A page within the monitor.
pub(in crate::ui) fn whole(ask: &Ask, page: &Page) -> Markup {
    document(
        &page.title,
        ask.visit.theme,
        &html! {
            a.skip href="#content" { "Skip to the content" }
            (header(ask, page.room))
            main #content tabindex="-1" {
                div.head {
                    h1 { (page.title) }
                    (page.choice)
                }
                // The script looks here every so many seconds whether there is something new.
                div #live data-every=[page.live.then_some("10")] {
                    (page.body)
                    p.made { "As of " time { (clock_time(ask.now_us)) } " UTC" }
                }
            }
        },
    )
}

/// A page outside: the login.
pub(in crate::ui) fn bare(title: &str, theme: Theme, body: &Markup) -> Markup {
    document(title, theme, &html! { main.bare #content { (brand()) (body) } })
}

fn document(title: &str, theme: Theme, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" data-theme=(theme.name()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) " · Spillway" }
                link rel="icon" type="image/svg+xml" href=(assets::ICON.href());
                link rel="stylesheet" href=(assets::STYLE.href());
                script src=(assets::SCRIPT.href()) defer {}
            }
            body { (body) }
        }
    }
}

fn brand() -> Markup {
    html! { span.brand { img src=(assets::ICON.href()) alt="" width="22" height="22"; "Spillway" } }
}

fn header(ask: &Ask, here: Option<Room>) -> Markup {
    html! {
        header.top {
            (brand())
            nav aria-label="Pages" {
                ul {
                    @for room in Room::ALL {
                        li {
                            a href=(ask.over_the_same_time(room.path()).href())
                                aria-current=[(here == Some(room)).then_some("page")] { (room.name()) }
                        }
                    }
                }
            }
            div.tools {
                button #live-switch type="button" aria-pressed="true" hidden { "Live" }
                (theme_form(ask))
                form method="post" action="/ui/logout" {
                    (hidden("form_token", &ask.visit.form_token))
                    button type="submit" { "Log out" }
                }
            }
        }
    }
}

/// One button, which says what comes next.
fn theme_form(ask: &Ask) -> Markup {
    let (next, words) = match ask.visit.theme {
        Theme::System => (Theme::Dark, "Theme: system"),
        Theme::Dark => (Theme::Light, "Theme: dark"),
        Theme::Light => (Theme::System, "Theme: light"),
    };
    html! {
        form method="post" action="/ui/theme" {
            (hidden("form_token", &ask.visit.form_token))
            (hidden("next", &ask.address.href()))
            button type="submit" name="theme" value=(next.name()) { (words) }
        }
    }
}

/// A field that the visitor does not see.
pub(super) fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}
