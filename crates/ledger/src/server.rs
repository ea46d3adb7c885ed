//! Binds, serves, stops.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::HOST;
use axum::middleware::Next;
use axum::response::Response;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::api::{self, Gate, Gates};
use crate::connections::{self, Connections};
use crate::cooldowns::Cooldowns;
use crate::db::{Database, OpenError};
use crate::reconcile::{self, ReconcileError, Reconciled};
use crate::secret::Secret;
use crate::store::{Retention, Store, StoreError};
use crate::tls::Tls;
use crate::ui::{self, Credentials};

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
    /// What opens the monitor and nothing else. The master key opens it too.
    pub monitor_token: Option<Secret>,
    /// What Prometheus presents; the master key is taken too.
    pub metrics_token: Option<Secret>,
    /// What the listener shows, and asks gateways to show; none for plain HTTP.
    pub tls: Option<Tls>,
    /// Bytes of the largest batch.
    pub body_limit: usize,
    /// How many connections there may be, and how long they may be silent.
    pub connections: Connections,
    /// Files of events that Envoy writes, to be followed.
    pub access_logs: Vec<PathBuf>,
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
            monitor_token: None,
            metrics_token: None,
            tls: None,
            body_limit: Self::BODY_LIMIT,
            connections: Connections::default(),
            access_logs: Vec::new(),
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
    /// The operating system gives no random numbers.
    Random(getrandom::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(error) => error.fmt(out),
            Self::Listen(address, error) => write!(out, "cannot listen on {address}: {error}"),
            Self::Random(error) => write!(out, "no random numbers: {error}"),
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
    serving: JoinHandle<()>,
    following: JoinHandle<()>,
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
        let store = Arc::new(opened(options.database.clone()).await.map_err(StartError::Open)?);
        // It ends when the store is closed or dropped.
        tokio::spawn(Store::keep(Arc::downgrade(&store), options.retention));
        crate::log::info("started", started(&options, address));

        let credentials = Credentials {
            master_key: options.master_key.clone(),
            monitor_token: options.monitor_token.clone(),
        };
        let cooldowns = Arc::new(Cooldowns::default());
        let cooled = {
            let cooldowns = Arc::clone(&cooldowns);
            Arc::new(move |now_us| cooldowns.now(now_us))
        };
        let monitor = ui::router(Arc::clone(&store), cooled, credentials, Arc::new(crate::calendar::now_us))
            .map_err(StartError::Random)?;
        let router = api::router(Arc::clone(&store), &cooldowns, gates(&options), options.body_limit);
        let router = router.merge(monitor);
        let (stop, stopped) = oneshot::channel();
        let router = router.layer(axum::middleware::from_fn(tell_host));
        let tls = options.tls.as_ref().map(Tls::acceptor);
        // Dropped, it is a wish to stop too.
        let stop_it = async {
            let _ = stopped.await;
        };
        let serving = tokio::spawn(connections::serve(listener, tls, router, options.connections, stop_it));
        let positions = positions_file(&options);
        let following = tokio::spawn(reconcile::follow(Arc::clone(&store), options.access_logs, positions));
        Ok(Handle { address, store, stop, serving, following })
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

/// Tells the host in the header, as HTTP/1.1 does: HTTP/2 says it beside the path.
async fn tell_host(mut request: Request, next: Next) -> Response {
    let named = request.uri().authority().and_then(|host| HeaderValue::from_str(host.as_str()).ok());
    if let Some(host) = named {
        request.headers_mut().entry(HOST).or_insert(host);
    }
    next.run(request).await
}

/// Stores what files of events hold and the database does not, and returns when all are read. A ledger may run on the
/// same database meanwhile.
///
/// # Errors
/// [`ReconcileError`]: a file or the database cannot be used. What was stored by then stays, and is not stored again.
pub async fn reconcile(database: Database, files: &[PathBuf]) -> Result<Vec<Reconciled>, ReconcileError> {
    let store = opened(database).await.map_err(ReconcileError::Open)?;
    let mut done = Vec::new();
    for file in files {
        done.push(reconcile::once(&store, file).await?);
    }
    store.close().await.map_err(ReconcileError::Store)?;
    Ok(done)
}

/// Opens the database on a thread where blocking is allowed.
async fn opened(database: Database) -> Result<Store, OpenError> {
    let opened = tokio::task::spawn_blocking(move || Store::open(&database)).await;
    opened.unwrap_or_else(|error| Err(OpenError::Thread(std::io::Error::other(error))))
}

/// Where it is remembered how far files were read: beside the database's file, or beside the first of the files
/// where the database is on a server. Where it is lost, they are read again, which changes nothing.
fn positions_file(options: &Options) -> PathBuf {
    let beside = match (&options.database, options.access_logs.first()) {
        (Database::Sqlite { file, .. }, _) => file.as_path(),
        (Database::Postgres(_), Some(log)) => log,
        (Database::Postgres(_), None) => Path::new("ledger"),
    };
    let mut name = beside.file_name().unwrap_or_default().to_owned();
    name.push("-access-logs.json");
    beside.with_file_name(name)
}

fn started(options: &Options, address: SocketAddr) -> serde_json::Value {
    json!({
        "listen": address.to_string(),
        "database": options.database.to_string(),
        "keep_logs_days": options.retention.log_days,
        "keep_hours_days": options.retention.hour_days,
        "ingest_token": configured(options.ingest_token.as_ref()),
        "master_key": configured(options.master_key.as_ref()),
        "monitor_token": configured(options.monitor_token.as_ref()),
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
        self.following.abort();
        let closed = self.store.close().await.map_err(ShutdownError);
        crate::log::info("stopped", json!({"clean": closed.is_ok()}));
        closed
    }
}
