//! The listener's connections. Each is taken at once, before its handshake; one that is of no use is closed after a
//! while, or sooner where its place is needed: whoever connects and says nothing keeps nobody out.

mod bounds;
mod connection;
mod guest;
mod guests;
mod turn;

use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsAcceptor;

pub use bounds::Connections;
use connection::House;
use guests::Guests;

/// How long to wait for a connection to go, where the process can have no other one, before it is tried again.
const FULL_WAIT: Duration = Duration::from_secs(1);

/// How often it is told that connections are turned away.
const TELL_EVERY: Duration = Duration::from_secs(60);

/// Serves whoever connects, until `stop` is over; then returns when the requests that are under way are answered.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    bounds: Connections,
    stop: impl Future<Output = ()>,
) {
    let bounds = bounds.allowed();
    let guests = Arc::new(Guests::new(bounds));
    let (closing, open) = watch::channel(());
    let house = House { router, tls, bounds, open };
    // Nothing is sent: it is over when the last connection has dropped its end.
    let (here, mut anybody) = mpsc::channel::<()>(1);
    let mut turned_away = TurnedAway::default();
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, address) = tokio::select! {
            taken = next(&listener, &guests) => taken,
            () = &mut stop => break,
        };
        let Some(place) = guests.seat(address.ip(), Instant::now()) else {
            turned_away.one();
            continue;
        };
        let (house, here) = (house.clone(), here.clone());
        tokio::spawn(async move {
            house.serve(stream, address, Arc::clone(&place.guest)).await;
            drop((place, here));
        });
    }
    drop((listener, closing, here));
    anybody.recv().await;
}

/// The next connection.
async fn next(listener: &TcpListener, guests: &Guests) -> (TcpStream, SocketAddr) {
    loop {
        guests.settle().await;
        match listener.accept().await {
            Ok(taken) => return taken,
            Err(error) if is_the_callers(&error) => {}
            // As a rule, the process has no file left.
            Err(_) => {
                let _ = timeout(FULL_WAIT, guests.make_room()).await;
            }
        }
    }
}

/// Whether a connection was over before it was taken.
fn is_the_callers(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset
    )
}

/// Connections that were closed at once, since all others are of use.
#[derive(Default)]
struct TurnedAway {
    untold: u64,
    told: Option<Instant>,
}

impl TurnedAway {
    fn one(&mut self) {
        self.untold += 1;
        if self.told.is_none_or(|told| told.elapsed() >= TELL_EVERY) {
            crate::log::warn("connections_turned_away", json!({"count": self.untold}));
            *self = Self { untold: 0, told: Some(Instant::now()) };
        }
    }
}
