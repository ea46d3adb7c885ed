//! What the monitor's forms do: log in, log out, choose a theme. None changes anything that the ledger stores.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use super::Monitor;
use super::access::{Access, Cookie, Refused, cookie, onward, random_id};
use super::asked::Address;
use super::data::Source;
use super::page::{self, Ask, Failure, Notice, Theme};
use super::serve::answer;
use super::visitor::{Sender, Session};

type Shared<S> = State<Arc<Monitor<S>>>;

/// The login's fields. All may be missing: then the form was not ours.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(super) struct LoginForm {
    form_token: String,
    credential: String,
    next: String,
}

/// The fields of the buttons above every page.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ButtonForm {
    form_token: String,
    theme: String,
    next: String,
}

/// The login's page.
pub(super) async fn login_page<S: Source>(
    State(monitor): Shared<S>,
    sender: Sender,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let address = Address::read(&uri).unwrap_or_default();
    let notice = match address.get("left") {
        _ if !monitor.access.is_configured() => Notice::NotConfigured,
        Some(_) => Notice::LoggedOut,
        None => Notice::None,
    };
    login_again(&monitor.access, &sender, &headers, notice, onward(address.get("next")))
}

/// The login's page with what is to say, and a new form.
fn login_again(
    access: &Access,
    sender: &Sender,
    headers: &HeaderMap,
    notice: Notice,
    next: &str,
) -> Response {
    // A form in another tab stays good: what it is tied to is kept.
    let kept = cookie(headers, Cookie::Login).filter(|nonce| is_id(nonce)).map(str::to_owned);
    let Ok(nonce) = kept.map_or_else(random_id, Ok) else { return no_random() };
    let page = page::login(super::visitor::theme(headers), notice, &access.forgery.token(&nonce), next);
    let mut response = (status(notice), Html(page.into_string())).into_response();
    set(&mut response, Cookie::Login.set(&nonce, sender.by_tls));
    if let Notice::TooMany(seconds) = notice {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn status(notice: Notice) -> StatusCode {
    match notice {
        Notice::None | Notice::LoggedOut => StatusCode::OK,
        Notice::Wrong => StatusCode::UNAUTHORIZED,
        Notice::Stale => StatusCode::FORBIDDEN,
        Notice::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        Notice::NotConfigured => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Opens a session.
pub(super) async fn login<S: Source>(
    State(monitor): Shared<S>,
    sender: Sender,
    headers: HeaderMap,
    Form(form): Form<LoginForm>,
) -> Response {
    let access = &monitor.access;
    let next = onward(Some(&form.next));
    let again = |notice| login_again(access, &sender, &headers, notice, next);
    let nonce = cookie(&headers, Cookie::Login).unwrap_or_default();
    if nonce.is_empty() || access.forgery.check(&headers, nonce, &form.form_token).is_err() {
        return again(Notice::Stale);
    }
    // A new id each time: one that was planted before the login is worth nothing after it.
    let Ok(id) = random_id() else { return no_random() };
    match access.login(&form.credential, &id, sender.peer, monitor.now_us()) {
        Ok(()) => {
            if let Some(old) = cookie(&headers, Cookie::Session) {
                access.logout(old);
            }
            crate::log::info("monitor_login", json!({}));
            let mut response = Redirect::to(next).into_response();
            set(&mut response, Cookie::Session.set(&id, sender.by_tls));
            set(&mut response, Cookie::Login.removed(sender.by_tls));
            response
        }
        Err(refused) => {
            crate::log::warn("monitor_login_refused", json!({"reason": reason(&refused)}));
            again(match refused {
                Refused::NotConfigured => Notice::NotConfigured,
                Refused::Wrong => Notice::Wrong,
                Refused::TooMany(seconds) => Notice::TooMany(seconds),
            })
        }
    }
}

fn reason(refused: &Refused) -> &'static str {
    match refused {
        Refused::NotConfigured => "not_configured",
        Refused::Wrong => "wrong_credential",
        Refused::TooMany(_) => "too_many",
    }
}

/// Ends the session.
pub(super) async fn logout<S: Source>(
    State(monitor): Shared<S>,
    Session(id): Session,
    sender: Sender,
    headers: HeaderMap,
    Form(form): Form<ButtonForm>,
) -> Response {
    let access = &monitor.access;
    if access.forgery.check(&headers, &id, &form.form_token).is_err() {
        return not_ours(&monitor, &headers, &id);
    }
    access.logout(&id);
    let mut response = Redirect::to("/ui/login?left=1").into_response();
    set(&mut response, Cookie::Session.removed(sender.by_tls));
    response
}

/// Remembers light or dark, and goes back to where the visitor was.
pub(super) async fn theme<S: Source>(
    State(monitor): Shared<S>,
    Session(id): Session,
    sender: Sender,
    headers: HeaderMap,
    Form(form): Form<ButtonForm>,
) -> Response {
    if monitor.access.forgery.check(&headers, &id, &form.form_token).is_err() {
        return not_ours(&monitor, &headers, &id);
    }
    let theme = Theme::named(Some(&form.theme));
    let mut response = Redirect::to(onward(Some(&form.next))).into_response();
    let header = match theme {
        Theme::System => Cookie::Theme.removed(sender.by_tls),
        chosen => Cookie::Theme.set(chosen.name(), sender.by_tls),
    };
    set(&mut response, header);
    response
}

fn not_ours<S>(monitor: &Monitor<S>, headers: &HeaderMap, id: &str) -> Response {
    let form_token = monitor.access.forgery.token(id);
    let visit = page::Visit { theme: super::visitor::theme(headers), form_token };
    answer(&Ask { visit, address: Address::of("/ui"), now_us: monitor.now_us() }, Err(Failure::NotOurs))
}

fn set(response: &mut Response, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Whether this could be a [`random_id`].
fn is_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn no_random() -> Response {
    crate::log::error("no_random_numbers", json!({}));
    (StatusCode::SERVICE_UNAVAILABLE, "The operating system gives no random numbers; try again.")
        .into_response()
}
