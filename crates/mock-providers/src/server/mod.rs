//! Connections, and the handle by which a test holds a server.

mod control;
mod fast;
mod link;
mod play;
mod respond;

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::fault::Catalogue;
use crate::journal::Journal;
use crate::kept::Keep;
use crate::provider::Tables;
use crate::received::{Received, most_at_once};
use crate::script::{After, ScriptError, Store};
use link::Link;

/// How many connections are served at a time; further ones wait to be accepted.
const MOST_CONNECTIONS: usize = 10_000;
/// How long to wait after a connection could not be accepted (no file descriptor left, for one).
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// What never changes: read once, however many servers there are.
static REFERENCE: LazyLock<Result<Reference, String>> = LazyLock::new(Reference::load);

#[derive(Debug)]
struct Reference {
    tables: Tables,
    catalogue: Catalogue,
}

impl Reference {
    fn load() -> Result<Self, String> {
        Ok(Self { tables: Tables::load().map_err(|error| error.to_string())?, catalogue: Catalogue::load()? })
    }
}

/// What the connections of one server share.
#[derive(Debug)]
struct Shared {
    reference: &'static Reference,
    journal: Arc<Journal>,
    scripts: Mutex<Store>,
    keep: Mutex<Keep>,
}

impl Shared {
    fn scripts<T>(&self, act: impl FnOnce(&mut Store) -> T) -> T {
        act(&mut self.scripts.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn keep<T>(&self, act: impl FnOnce(&mut Keep) -> T) -> T {
        act(&mut self.keep.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// How the server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Checks, scripts, keeps.
    Strict,
    /// Canned answers for everything; keeps nothing.
    Fast,
}

/// The mock providers.
#[derive(Debug)]
pub struct MockProviders;

impl MockProviders {
    /// Starts a server on `bind`; port 0 takes any that is free. It ends when its handle is shut down or dropped.
    ///
    /// # Errors
    /// If the address cannot be bound, or a table that is part of the program has a mistake.
    pub async fn start(bind: impl ToSocketAddrs) -> io::Result<Handle> {
        start(bind, Mode::Strict).await
    }

    /// Starts a server that accepts anything and keeps nothing: a target for benchmarks. It answers a canned chat
    /// completion, or message of Anthropic's where the path ends in `/messages`; a stream of 200 pieces of text, if the
    /// body has `"stream":true`, all at once, or one every millisecond where the model's name has `-paced` in it.
    ///
    /// # Errors
    /// As for [`start`](Self::start).
    pub async fn start_fast(bind: impl ToSocketAddrs) -> io::Result<Handle> {
        start(bind, Mode::Fast).await
    }
}

async fn start(bind: impl ToSocketAddrs, mode: Mode) -> io::Result<Handle> {
    let reference = REFERENCE.as_ref().map_err(|error| io::Error::other(error.clone()))?;
    let listener = TcpListener::bind(bind).await?;
    let addr = listener.local_addr()?;
    let (stop, stopped) = watch::channel(false);
    let journal = Arc::new(Journal::new(stopped.clone()));
    let shared = Arc::new(Shared { reference, journal, scripts: Mutex::default(), keep: Mutex::default() });
    let serving = tokio::spawn(accept(listener, Arc::clone(&shared), mode, stopped));
    Ok(Handle { addr, shared, stop, serving })
}

/// Accepts until it is stopped; then every connection ends at once, whatever it is doing.
async fn accept(listener: TcpListener, shared: Arc<Shared>, mode: Mode, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = raised(&mut stopped) => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < MOST_CONNECTIONS => match accepted {
                Ok((stream, _)) => drop(connections.spawn(serve(stream, Arc::clone(&shared), mode))),
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
        }
    }
    connections.shutdown().await;
}

/// Waits until the signal is given.
pub(crate) async fn raised(stopped: &mut watch::Receiver<bool>) {
    // A handle that is gone raises it, too.
    let _gone = stopped.wait_for(|stopped| *stopped).await.map(|_| ());
}

/// Serves one connection. How it ends (a cut by the script, a client that left) is recorded where it happens.
async fn serve(stream: TcpStream, shared: Arc<Shared>, mode: Mode) {
    let _counted = shared.journal.connection();
    let reset = Arc::new(AtomicBool::new(false));
    let Ok(link) = Link::new(stream, Arc::clone(&reset)) else { return };
    let io = TokioIo::new(link);
    let _ended = match mode {
        Mode::Fast => http1::Builder::new().serve_connection(io, service_fn(fast::respond)).await,
        Mode::Strict => {
            let service =
                service_fn(|request| respond::respond(Arc::clone(&shared), request, Arc::clone(&reset)));
            http1::Builder::new().serve_connection(io, service).await
        }
    };
}

/// A running server.
#[derive(Debug)]
pub struct Handle {
    addr: SocketAddr,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Handle {
    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Every request that is kept, oldest first. At most [`MOST_REQUESTS`](crate::journal::MOST_REQUESTS) and
    /// [`MOST_BYTES`](crate::journal::MOST_BYTES) are; see [`evicted`](Self::evicted).
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.shared.journal.received()
    }

    /// Takes out every kept request whose answer has ended, oldest first: for tests that receive more than is
    /// kept, and look through it in between.
    #[must_use]
    pub fn take(&self) -> Vec<Received> {
        self.shared.journal.take()
    }

    /// The greatest number of kept requests for this model, as bodies name it, that were under way at once.
    #[must_use]
    pub fn most_at_once(&self, model: &str) -> usize {
        let names_it = |request: &&Received| request.json().get("model").is_some_and(|name| name == model);
        most_at_once(self.received().iter().filter(names_it))
    }

    /// How many requests were let go, oldest first, because the keep was full.
    #[must_use]
    pub fn evicted(&self) -> u64 {
        self.shared.journal.evicted()
    }

    /// Forgets every request that is kept. Scripts stay.
    pub fn clear(&self) {
        self.shared.journal.clear();
    }

    /// Requests whose answer is under way.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.shared.journal.in_flight()
    }

    /// Connections that are open.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.journal.connections()
    }

    /// Sets the scripts for the next requests to `model` (or `provider/model`), used in turn; an empty text is the
    /// plain answer. They take the place of the model's own script and of the header's.
    ///
    /// # Errors
    /// The first script that cannot be read; then nothing is changed.
    pub fn set_script(&self, model: &str, scripts: &[&str], after: After) -> Result<(), ScriptError> {
        self.shared.scripts(|store| store.set(model, scripts, after))
    }

    /// Forgets the scripts of `model`, or of every model.
    pub fn unset_script(&self, model: Option<&str>) {
        self.shared.scripts(|store| store.unset(model));
    }

    /// Waits until `condition` holds, or for `most`; says whether it holds.
    pub async fn until(&self, most: Duration, condition: impl Fn(&Self) -> bool) -> bool {
        let holds = self.shared.journal.until(|| condition(self));
        tokio::time::timeout(most, holds).await.is_ok()
    }

    /// Stops the server: every connection is closed, stalled or not. What was received stays readable.
    pub async fn shutdown(&mut self) {
        self.stop.send_replace(true);
        // A task that has ended must not be awaited a second time.
        if !self.serving.is_finished() {
            let _ended = (&mut self.serving).await;
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}
