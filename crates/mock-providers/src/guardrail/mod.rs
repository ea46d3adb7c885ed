//! A stand-in for services that judge texts: LiteLLM's generic guardrail API and OpenAI's moderations.
//!
//! The texts say how it judges: one with [`BLOCK_WORD`] is blocked, [`MASK_WORD`] is replaced by [`MASKED`] (by the generic
//! API; moderations mask nothing). A test sets a [`Behaviour`] to have it fail, and looks at what it was [asked](Asked).

mod judge;

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::server::raised;
pub use judge::{BLOCK_WORD, MASK_WORD, MASKED};

/// Where LiteLLM's generic API stands.
pub const GENERIC_PATH: &str = "/beta/litellm_basic_guardrail_api";
/// Where OpenAI's moderations stand, below the base address `/v1`.
pub const MODERATIONS_PATH: &str = "/v1/moderations";

/// How many questions are kept; past it the oldest goes.
const MOST_ASKED: usize = 10_000;
/// The longest body that is read.
const MOST_BODY: usize = 64 << 20;
/// How long to wait after a connection could not be accepted.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// What the service does with questions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Behaviour {
    /// It judges.
    #[default]
    Judge,
    /// It judges, after so long.
    Slow(Duration),
    /// 200 with a body that is not JSON.
    Garbage,
    /// JSON of its API, for one text more than it was asked about.
    WrongNumber,
    /// It masks the texts by one of so many bytes each.
    Swell(usize),
    /// It blocks, with this status: only a 2xx is an answer.
    Status(u16),
    /// It reads the question and closes the connection.
    Close,
    /// It reads the question and does nothing.
    Hang,
}

/// A question that came.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// Path of the request.
    pub path: String,
    /// In lower case, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// `Null` where it was not JSON.
    pub body: Value,
}

impl Asked {
    /// The texts that were asked about.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        judge::texts(&self.path, &self.body).unwrap_or_default()
    }

    /// `request` or `response`; none with moderations.
    #[must_use]
    pub fn input_type(&self) -> Option<&str> {
        self.body.get("input_type")?.as_str()
    }

    /// The first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Counts up at every question, so that a test can wait for one.
    changes: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    behaviour: Behaviour,
    asked: VecDeque<Asked>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a question, and says what is to be done with it.
    fn take(&self, asked: Asked) -> Behaviour {
        let mut state = self.state();
        if state.asked.len() >= MOST_ASKED {
            state.asked.pop_front();
        }
        state.asked.push_back(asked);
        let behaviour = state.behaviour;
        drop(state);
        self.changes.send_modify(|count| *count += 1);
        behaviour
    }
}

/// A running service; it ends when this is dropped.
#[derive(Debug)]
pub struct GuardrailService {
    addr: SocketAddr,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
}

impl GuardrailService {
    /// Starts a service on a free port of the loopback.
    ///
    /// # Errors
    /// If there is none.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let addr = listener.local_addr()?;
        let shared = Arc::new(Shared { state: Mutex::default(), changes: watch::Sender::new(0) });
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(accept(listener, Arc::clone(&shared), stopped));
        Ok(Self { addr, shared, stop })
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `api_base` of a generic guardrail; with `/v1` behind it, of moderations.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// What it does from the next question on.
    pub fn set(&self, behaviour: Behaviour) {
        self.shared.state().behaviour = behaviour;
    }

    /// What it was asked, oldest first.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.shared.state().asked.iter().cloned().collect()
    }

    /// Forgets what it was asked.
    pub fn clear(&self) {
        self.shared.state().asked.clear();
    }

    /// Waits until `condition` holds, for `most`; says whether it does.
    pub async fn until(&self, most: Duration, condition: impl Fn(&Self) -> bool) -> bool {
        let mut changes = self.shared.changes.subscribe();
        let holds = async {
            while !condition(self) {
                if changes.changed().await.is_err() {
                    return;
                }
            }
        };
        tokio::time::timeout(most, holds).await.is_ok()
    }
}

impl Drop for GuardrailService {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = raised(&mut stopped) => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(connections.spawn(serve(stream, Arc::clone(&shared)))),
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
        }
    }
    connections.shutdown().await;
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let service = service_fn(|request| respond(Arc::clone(&shared), request));
    // How it ends is the caller's to see.
    let _ended = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// The behaviour says that the connection ends without an answer, or the caller left.
#[derive(Debug)]
struct Closed;

impl std::fmt::Display for Closed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection is closed without an answer")
    }
}

impl std::error::Error for Closed {}

async fn respond(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Closed> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, MOST_BODY).collect().await.map_err(|_| Closed)?.to_bytes();
    let text = |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let asked = Asked {
        path: head.uri.path().to_owned(),
        headers: head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    };
    let (path, question) = (asked.path.clone(), asked.body.clone());
    match shared.take(asked) {
        Behaviour::Judge => {}
        Behaviour::Slow(pause) => tokio::time::sleep(pause).await,
        Behaviour::Garbage => return Ok(answer(200, "<html>not the API's JSON</html>".to_owned())),
        Behaviour::WrongNumber => {
            return Ok(answer(200, judge::wrong_number(&path, &question).to_string()));
        }
        Behaviour::Swell(bytes) => {
            return Ok(answer(200, judge::swollen(&path, &question, bytes).to_string()));
        }
        Behaviour::Status(status) => return Ok(answer(status, judge::block(&path).to_string())),
        Behaviour::Close => return Err(Closed),
        Behaviour::Hang => {
            let never: Infallible = std::future::pending().await;
            match never {}
        }
    }
    Ok(match judge::judge(head.method.as_str(), &path, &question) {
        Ok(judged) => answer(200, judged.to_string()),
        Err((status, why)) => answer(status, serde_json::json!({"error": why}).to_string()),
    })
}

fn answer(status: u16, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    let json = hyper::header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(hyper::header::CONTENT_TYPE, json);
    response
}
