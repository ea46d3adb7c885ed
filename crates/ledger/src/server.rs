//! Binds, serves, stops.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::api::{self, Gate, Gates};
use crate::db::{Database, OpenError};
use crate::secret::Secret;
use crate::store::{Retention, Store, StoreError};
use crate::tls::{Peer, Secure, Tls};

/// How long requests that are under way may take when the ledger stops.
const FINISH_WAIT: Duration = Duration::from_secs(10);

/// What a ledger is started with.
#[derive(Clone, Debug)]
pub struct Options {
    /// Address and port to listen on; port 0 takes a free one.
    pub listen: String,
    /// Where the rows are.
    pub database: Database,
    /// What gateways present. Without it, no event is taken.
    pub ingest_token: Option<Secret>,
    /// What those who ask present. Without it, no query is answered.
    pub master_key: Option<Secret>,
    /// What Prometheus presents; the master key is taken too.
    pub metrics_token: Option<Secret>,
    /// What the listener shows, and asks gateways to show; none for plain HTTP.
    pub tls: Option<Tls>,
    /// Bytes of the largest batch.
    pub body_limit: usize,
    /// How long rows are kept.
    pub retention: Retention,
}

impl Options {
    /// Bytes of the largest batch, if nothing else is said.
    pub const BODY_LIMIT: usize = 8 << 20;

    /// An address and a database; no secrets, so nobody is let in yet.
    #[must_use]
    pub fn new(listen: impl Into<String>, database: Database) -> Self {
        Self {
            listen: listen.into(),
            database,
            ingest_token: None,
            master_key: None,
            metrics_token: None,
            tls: None,
            body_limit: Self::BODY_LIMIT,
            retention: Retention::default(),
        }
    }
}

/// Why a ledger did not start.
#[derive(Debug)]
pub enum StartError {
    /// The database cannot be used.
    Open(OpenError),
    /// The address cannot be listened on.
    Listen(String, std::io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(error) => error.fmt(out),
            Self::Listen(address, error) => write!(out, "cannot listen on {address}: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

/// Why a ledger did not stop cleanly. What it acknowledged is stored all the same.
#[derive(Debug)]
pub struct ShutdownError(StoreError);

impl fmt::Display for ShutdownError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the database was not closed cleanly: {}", self.0)
    }
}

impl std::error::Error for ShutdownError {}

/// The ledger as a program within a program: a listener, and a thread that writes.
#[derive(Debug)]
pub struct Ledger;

/// A ledger that runs. Dropping it stops it too, without waiting.
pub struct Handle {
    address: SocketAddr,
    store: Arc<Store>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Ledger {
    /// Opens the database and listens; returns when requests are taken. Call it within a Tokio runtime.
    ///
    /// # Errors
    /// [`StartError`]: the database or the address cannot be used.
    pub async fn start(options: Options) -> Result<Handle, StartError> {
        let unusable = |error| StartError::Listen(options.listen.clone(), error);
        let listener = TcpListener::bind(&options.listen).await.map_err(unusable)?;
        let address = listener.local_addr().map_err(unusable)?;
        let database = options.database.clone();
        let store = tokio::task::spawn_blocking(move || Store::open(&database)).await;
        let store =
            store.map_err(|error| unusable(std::io::Error::other(error)))?.map_err(StartError::Open)?;
        let store = Arc::new(store);
        // It ends when the store is closed or dropped.
        tokio::spawn(Store::keep(Arc::downgrade(&store), options.retention));
        crate::log::info("started", started(&options, address));

        let router = api::router(Arc::clone(&store), gates(&options), options.body_limit);
        let (stop, stopped) = oneshot::channel();
        let serving = serve(listener, options.tls.as_ref(), router, stopped).map_err(unusable)?;
        Ok(Handle { address, store, stop, serving })
    }
}

fn gates(options: &Options) -> Gates {
    let mutual = options.tls.as_ref().is_some_and(Tls::is_mutual);
    Gates {
        gateways: Gate::for_gateways(options.ingest_token.clone(), mutual),
        administrators: Gate::for_administrators(options.master_key.clone()),
        scrapers: Gate::for_scrapers(options.metrics_token.clone()),
    }
}

/// Serves until `stopped` is told, or dropped, which is a wish to stop too.
fn serve(
    listener: TcpListener,
    tls: Option<&Tls>,
    router: Router,
    stopped: oneshot::Receiver<()>,
) -> std::io::Result<JoinHandle<std::io::Result<()>>> {
    let stop = async {
        let _ = stopped.await;
    };
    Ok(match tls {
        None => tokio::spawn(axum::serve(listener, router).with_graceful_shutdown(stop).into_future()),
        Some(tls) => {
            let service = router.into_make_service_with_connect_info::<Peer>();
            let server = axum::serve(Secure::over(listener, tls)?, service);
            tokio::spawn(server.with_graceful_shutdown(stop).into_future())
        }
    })
}

fn started(options: &Options, address: SocketAddr) -> serde_json::Value {
    json!({
        "listen": address.to_string(),
        "database": options.database.to_string(),
        "keep_logs_days": options.retention.log_days,
        "keep_hours_days": options.retention.hour_days,
        "ingest_token": configured(options.ingest_token.as_ref()),
        "master_key": configured(options.master_key.as_ref()),
        "metrics_token": configured(options.metrics_token.as_ref()),
        "tls": match &options.tls {
            None => "none",
            Some(tls) if tls.is_mutual() => "mutual",
            Some(_) => "server",
        },
    })
}

fn configured(secret: Option<&Secret>) -> &'static str {
    if secret.is_some() { "configured" } else { "missing" }
}

impl Handle {
    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Takes no further request, finishes those under way, folds the write-ahead log into the file and
    /// closes it.
    ///
    /// # Errors
    /// [`ShutdownError`]: the file was not closed cleanly.
    pub async fn shutdown(self) -> Result<(), ShutdownError> {
        // An error is a server that stopped by itself.
        let _ = self.stop.send(());
        if tokio::time::timeout(FINISH_WAIT, self.serving).await.is_err() {
            crate::log::warn("requests_cut_off", json!({"after_seconds": FINISH_WAIT.as_secs()}));
        }
        let closed = self.store.close().await.map_err(ShutdownError);
        crate::log::info("stopped", json!({"clean": closed.is_ok()}));
        closed
    }
}
