//! Who asks: somebody with a session, or somebody who is led to the login.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};

use super::Monitor;
use super::access::{Cookie, cookie};
use super::asked::Address;
use super::page::{Ask, Failure, Page, Theme, Visit};
use super::serve::answer;
use crate::tls::Peer;

/// A session's id, which was checked.
pub(super) struct Session(pub(super) String);

impl<S: Send + Sync> FromRequestParts<Arc<Monitor<S>>> for Session {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, monitor: &Arc<Monitor<S>>) -> Result<Self, Response> {
        let id = cookie(&parts.headers, Cookie::Session);
        match id.filter(|id| monitor.access.knows(id, monitor.now_us())) {
            Some(id) => Ok(Self(id.to_owned())),
            None => Err(to_login(parts)),
        }
    }
}

/// Back to the same page afterwards, where the visitor wanted to see one.
fn to_login(parts: &Parts) -> Response {
    let wanted = parts.uri.path_and_query().map(ToString::to_string).filter(|_| parts.method == "GET");
    let login = Address::of("/ui/login");
    let login = match wanted {
        Some(wanted) if wanted != "/ui" => login.with("next", &wanted),
        _ => login,
    };
    Redirect::to(&login.href()).into_response()
}

impl<S: Send + Sync> FromRequestParts<Arc<Monitor<S>>> for Ask {
    type Rejection = Response;

    /// An address with empty parameters, as forms make them, is led to the short one that people share.
    async fn from_request_parts(parts: &mut Parts, monitor: &Arc<Monitor<S>>) -> Result<Self, Response> {
        let Session(id) = Session::from_request_parts(parts, monitor).await?;
        let visit = Visit { theme: theme(&parts.headers), form_token: monitor.access.forgery.token(&id) };
        let now_us = monitor.now_us();
        match Address::read(&parts.uri) {
            Ok(address) if address.is_shortened() => Err(Redirect::to(&address.href()).into_response()),
            Ok(address) => Ok(Self { visit, address, now_us }),
            Err(wrong) => {
                let ask = Self { visit, address: Address::of(parts.uri.path()), now_us };
                Err(answer(&ask, Err::<Page, _>(Failure::Wrong(wrong))))
            }
        }
    }
}

/// The theme that the visitor chose.
pub(super) fn theme(headers: &HeaderMap) -> Theme {
    Theme::named(cookie(headers, Cookie::Theme))
}

/// Where a form was sent from, as far as its headers and its connection tell.
pub(super) struct Sender {
    /// The address of the connection's other end.
    pub(super) peer: Option<IpAddr>,
    /// Whether the visitor came by TLS, which ends here or in a proxy before.
    pub(super) by_tls: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Sender {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
        let scheme = parts.headers.get("x-forwarded-proto").and_then(|scheme| scheme.to_str().ok());
        let forwarded = scheme.and_then(|schemes| schemes.split(',').next()).map(str::trim) == Some("https");
        let by_tls = forwarded || parts.extensions.get::<ConnectInfo<Peer>>().is_some();
        Ok(Self { peer, by_tls })
    }
}
