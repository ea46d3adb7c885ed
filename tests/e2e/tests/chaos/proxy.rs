//! Between Envoy and the ledger: everything passes, and what happens to batches is told.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use spillway_e2e::Failure;
use spillway_e2e::answer::Answer;
use spillway_e2e::client::{self, Ask};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Where batches go.
const BATCHES: &str = "/v1/events";
/// Batches that are stored before one that is held goes on, and the longest that it waits for them.
const HELD: (u64, Duration) = (2, Duration::from_secs(1));
/// Batches after which a copy comes once more.
const LATE: usize = 8;

/// What happens to batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Nothing.
    Passes,
    /// The ledger stores every second one, and its answer is cut off.
    LosesAnswers,
    /// Each is posted twice at once; every third waits for later ones first; and a copy of each comes late.
    Shuffles,
}

/// A proxy that runs; dropping it ends it.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

struct Shared {
    ledger: SocketAddr,
    manner: Mutex<Manner>,
    met: AtomicU64,
    stored: watch::Sender<u64>,
    late: Mutex<VecDeque<Ask>>,
}

impl Proxy {
    /// Listens, and passes everything on to the ledger.
    ///
    /// # Errors
    /// No port is free.
    pub async fn start(ledger: SocketAddr) -> Result<Self, Failure> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(|error| error.to_string())?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let (manner, met, stored) = (Mutex::new(Manner::Passes), AtomicU64::new(0), watch::Sender::new(0));
        let shared = Arc::new(Shared { ledger, manner, met, stored, late: Mutex::default() });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self { address, shared, accepting })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on, batches are treated so.
    pub fn set(&self, manner: Manner) {
        *self.shared.manner.lock().unwrap_or_else(PoisonError::into_inner) = manner;
    }

    /// Batches that something happened to.
    pub fn met(&self) -> u64 {
        self.shared.met.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, Arc::clone(&shared)));
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) -> Result<(), Infallible> {
    let service = service_fn(|request| exchange(request, &shared));
    // An error is a connection that was cut: by Envoy, or by us.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    Ok(())
}

/// An error cuts the connection.
async fn exchange(request: Request<Incoming>, shared: &Shared) -> Result<Response<Full<Bytes>>, Failure> {
    let ask = read(request).await?;
    let manner = *shared.manner.lock().unwrap_or_else(PoisonError::into_inner);
    if manner == Manner::Passes || ask.path != BATCHES {
        return written(client::send(shared.ledger, &ask).await?);
    }
    let number = shared.met.fetch_add(1, Ordering::SeqCst);
    let answer = match manner {
        Manner::Shuffles => shared.shuffle(ask, number).await?,
        _ => client::send(shared.ledger, &ask).await?,
    };
    if manner == Manner::LosesAnswers && answer.status == 200 && number.is_multiple_of(2) {
        return Err("the answer is lost".to_owned());
    }
    written(answer)
}

impl Shared {
    async fn shuffle(&self, ask: Ask, number: u64) -> Result<Answer, Failure> {
        if number % 3 == 2 {
            let (later, patience) = HELD;
            let mut stored = self.stored.subscribe();
            let enough = *stored.borrow_and_update() + later;
            // Where no later one comes, it goes on all the same.
            let _ = timeout(patience, stored.wait_for(|now| *now >= enough)).await;
        }
        let (first, second) = tokio::join!(client::send(self.ledger, &ask), client::send(self.ledger, &ask));
        self.stored.send_modify(|count| *count += 1);
        if let Some(late) = self.exchange_for_late(ask) {
            client::send(self.ledger, &late).await?;
        }
        second?;
        first
    }

    /// Keeps a copy, and gives back one that has been kept for long enough.
    fn exchange_for_late(&self, ask: Ask) -> Option<Ask> {
        let mut late = self.late.lock().unwrap_or_else(PoisonError::into_inner);
        late.push_back(ask);
        if late.len() > LATE { late.pop_front() } else { None }
    }
}

async fn read(request: Request<Incoming>) -> Result<Ask, Failure> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|error| error.to_string())?.to_bytes().to_vec();
    // Those of the connection are the client's own.
    let own = ["host", "content-length", "transfer-encoding", "connection"];
    let headers = head.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
    let headers = headers
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    Ok(Ask { method: head.method.to_string(), path: head.uri.to_string(), headers: headers.collect(), body })
}

fn written(answer: Answer) -> Result<Response<Full<Bytes>>, Failure> {
    let mut response = Response::builder().status(answer.status);
    let own = ["content-length", "transfer-encoding", "connection", "date"];
    for (name, value) in answer.headers.iter().filter(|(name, _)| !own.contains(&name.as_str())) {
        response = response.header(name, value);
    }
    if !answer.complete {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).to_string());
    }
    response.body(Full::new(Bytes::from(answer.body))).map_err(|error| error.to_string())
}
