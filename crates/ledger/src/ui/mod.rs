//! The monitor at `/ui`: pages for people, made on the server.
//!
//! | module | room |
//! |---|---|
//! | `serve` `forms` `visitor` | HTTP: which page, who asks, what a form does, the headers of every answer |
//! | `page` | pages as HTML |
//! | `chart` `format` | drawings; numbers and times as text |
//! | `asked` | query strings: read strictly, written for links |
//! | `access` | login, sessions, forms of other sites |
//! | [`data`] | what pages show, and [`data::Source`], which is asked for it |
//! | `assets` | one style sheet, one script, one icon |
//!
//! Nothing here knows SQL. Every page works without the script.

mod access;
mod asked;
mod assets;
mod chart;
pub mod data;
mod format;
mod forms;
mod page;
mod serve;
mod visitor;

use std::sync::Arc;

use axum::Router;

pub use access::Credentials;

use access::Access;
use data::{Cooldowns, Source};

/// The time in microseconds since the Unix epoch.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// What rests at a time, in microseconds since the Unix epoch, as the gateways said last.
pub type CooledAt = Arc<dyn Fn(u64) -> Cooldowns + Send + Sync>;

/// What the pages are served from.
struct Monitor<S> {
    source: Arc<S>,
    cooled: CooledAt,
    access: Access,
    clock: Clock,
}

/// Every path below `/ui`. Serve it with connection information
/// ([`axum::extract::ConnectInfo`]): without it, wrong keys of all visitors are counted together.
///
/// # Errors
/// The operating system gives no random numbers.
pub fn router<S: Source>(
    source: Arc<S>,
    cooled: CooledAt,
    credentials: Credentials,
    clock: Clock,
) -> Result<Router, getrandom::Error> {
    let mut random = [0; 32];
    getrandom::fill(&mut random)?;
    Ok(serve::routes(Arc::new(Monitor { source, cooled, access: Access::new(credentials, random), clock })))
}

impl<S> Monitor<S> {
    fn now_us(&self) -> u64 {
        (self.clock)()
    }
}
