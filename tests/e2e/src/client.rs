//! One HTTP/1.1 exchange, as raw as a test needs it; or many at once over HTTP/2.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::client::conn::http2;
use hyper::{Response, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::Failure;
use crate::answer::Answer;

/// No exchange of a test takes longer.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A request.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// `POST` where empty.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Besides `host` and `content-length`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Ask {
    /// A JSON `POST` with a key.
    #[must_use]
    pub fn post(path: &str, key: &str, body: &serde_json::Value) -> Self {
        Self {
            method: "POST".to_owned(),
            path: path.to_owned(),
            headers: vec![
                ("authorization".to_owned(), format!("Bearer {key}")),
                ("content-type".to_owned(), "application/json".to_owned()),
            ],
            body: body.to_string().into_bytes(),
        }
    }

    /// A `GET` with a key.
    #[must_use]
    pub fn get(path: &str, key: &str) -> Self {
        let headers = vec![("authorization".to_owned(), format!("Bearer {key}"))];
        Self { method: "GET".to_owned(), path: path.to_owned(), headers, body: Vec::new() }
    }

    /// As it goes over the wire.
    fn raw(&self, to: SocketAddr) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\nhost: {to}\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", self.body.len()));
        [head.as_bytes(), &self.body].concat()
    }

    fn request(&self, to: SocketAddr, version: Version) -> Result<Request<Full<Bytes>>, Failure> {
        let method = if self.method.is_empty() { "POST" } else { &self.method };
        let mut request = Request::builder().method(method);
        // HTTP/2 has no header for the host.
        request = match version {
            Version::HTTP_2 => request.uri(format!("http://{to}{}", self.path)),
            _ => request.uri(&self.path).header("host", to.to_string()),
        };
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request.body(Full::new(Bytes::from(self.body.clone()))).map_err(|error| error.to_string())
    }
}

/// A connection that is kept for several requests.
pub struct Connection {
    to: SocketAddr,
    sender: SendRequest<Full<Bytes>>,
}

impl Connection {
    /// Connects, from a given local address where one is given.
    ///
    /// # Errors
    /// The connection could not be made.
    pub async fn open(to: SocketAddr, from: Option<IpAddr>) -> Result<Self, Failure> {
        let socket = TcpSocket::new_v4().map_err(|error| error.to_string())?;
        if let Some(from) = from {
            socket.bind(SocketAddr::new(from, 0)).map_err(|error| error.to_string())?;
        }
        let stream = socket.connect(to).await.map_err(|error| format!("cannot connect to {to}: {error}"))?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        let (sender, driver) = handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
        tokio::spawn(driver);
        Ok(Self { to, sender })
    }

    /// Sends a request and reads its answer. An answer that is cut is returned as far as it came.
    ///
    /// # Errors
    /// No response headers came, or not within [`PATIENCE`].
    pub async fn send(&mut self, ask: &Ask) -> Result<Answer, Failure> {
        let exchange = async {
            self.sender.ready().await.map_err(|error| error.to_string())?;
            let sent = self.sender.send_request(ask.request(self.to, Version::HTTP_11)?).await;
            read(sent.map_err(|error| format!("no answer: {error}"))?).await
        };
        tokio::time::timeout(PATIENCE, exchange)
            .await
            .map_err(|_| format!("no answer within {PATIENCE:?}"))?
    }

    /// Sends a request and reads its whole answer; how long it took until this stood in a piece of it.
    ///
    /// # Errors
    /// It never came, or not within [`PATIENCE`], or the answer was cut.
    pub async fn time_to(&mut self, ask: &Ask, mark: &[u8]) -> Result<Duration, Failure> {
        let exchange = async {
            self.sender.ready().await.map_err(|error| error.to_string())?;
            let request = ask.request(self.to, Version::HTTP_11)?;
            let began = Instant::now();
            let sent = self.sender.send_request(request).await;
            let mut body = sent.map_err(|error| format!("no answer: {error}"))?.into_body();
            let mut took = None;
            while let Some(frame) = body.frame().await {
                let data = frame.map_err(|error| error.to_string())?.into_data().unwrap_or_default();
                if took.is_none() && data.windows(mark.len()).any(|window| window == mark) {
                    took = Some(began.elapsed());
                }
            }
            took.ok_or_else(|| format!("the answer has no {}", String::from_utf8_lossy(mark)))
        };
        tokio::time::timeout(PATIENCE, exchange)
            .await
            .map_err(|_| format!("no whole answer within {PATIENCE:?}"))?
    }
}
/// A connection of HTTP/2 by prior knowledge, for requests side by side.
#[derive(Clone)]
pub struct Http2 {
    to: SocketAddr,
    sender: http2::SendRequest<Full<Bytes>>,
}

impl Http2 {
    /// Connects.
    ///
    /// # Errors
    /// The connection could not be made.
    pub async fn open(to: SocketAddr) -> Result<Self, Failure> {
        let stream =
            TcpStream::connect(to).await.map_err(|error| format!("cannot connect to {to}: {error}"))?;
        let made = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await;
        let (sender, driver) = made.map_err(|error| error.to_string())?;
        tokio::spawn(driver);
        Ok(Self { to, sender })
    }

    /// Sends a request; its answer as soon as it begins.
    ///
    /// # Errors
    /// No response headers came, or not within [`PATIENCE`], or not in HTTP/2.
    pub async fn begin(&self, ask: &Ask) -> Result<Response<Incoming>, Failure> {
        let request = ask.request(self.to, Version::HTTP_2)?;
        let answer = tokio::time::timeout(PATIENCE, self.sender.clone().send_request(request)).await;
        let answer = answer.map_err(|_| format!("no answer within {PATIENCE:?}"))?;
        let answer = answer.map_err(|error| format!("no answer: {error}"))?;
        match answer.version() {
            Version::HTTP_2 => Ok(answer),
            other => Err(format!("an answer in {other:?}")),
        }
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub async fn send(&self, ask: &Ask) -> Result<Answer, Failure> {
        let read = read(self.begin(ask).await?);
        tokio::time::timeout(PATIENCE, read).await.map_err(|_| format!("no answer within {PATIENCE:?}"))?
    }
}

/// A connection that is made anew where the gateway has closed it: it does after refusing a request by its headers
/// alone.
pub struct Patient {
    to: SocketAddr,
    connection: Option<Connection>,
}

impl Patient {
    /// To this address, once there is something to send.
    #[must_use]
    pub fn to(to: SocketAddr) -> Self {
        Self { to, connection: None }
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// See [`Connection::open`] and [`Connection::send`].
    pub async fn send(&mut self, ask: &Ask) -> Result<Answer, Failure> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::open(self.to, None).await?,
        };
        let answer = connection.send(ask).await?;
        let closes = answer.header("connection").is_some_and(|value| value == "close");
        self.connection = (!closes).then_some(connection);
        Ok(answer)
    }
}

/// Sends one request on a connection of its own.
///
/// # Errors
/// See [`Connection::open`] and [`Connection::send`].
pub async fn send(to: SocketAddr, ask: &Ask) -> Result<Answer, Failure> {
    Connection::open(to, None).await?.send(ask).await
}

/// Sends bytes as they are, and reads until the gateway closes. `leave`: closes the sending side first, as a
/// client does that dies in the middle; Envoy owes such a client nothing.
///
/// # Errors
/// The connection failed, or stayed open longer than [`PATIENCE`].
pub async fn send_raw(to: SocketAddr, bytes: &[u8], leave: bool) -> Result<Vec<u8>, Failure> {
    let exchange = async {
        let mut stream = TcpStream::connect(to).await?;
        stream.write_all(bytes).await?;
        if leave {
            stream.shutdown().await?;
        }
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    let done = tokio::time::timeout(PATIENCE, exchange).await.map_err(|_| "the connection stayed open")?;
    done.map_err(|error| error.to_string())
}

/// Sends a request and leaves as soon as `enough` says so of what has come (raw, headers included).
///
/// # Errors
/// The connection failed, or `enough` never held within [`PATIENCE`].
pub async fn leave_when(to: SocketAddr, ask: &Ask, enough: fn(&[u8]) -> bool) -> Result<(), Failure> {
    let exchange = async {
        let mut stream = TcpStream::connect(to).await.map_err(|error| error.to_string())?;
        stream.write_all(&ask.raw(to)).await.map_err(|error| error.to_string())?;
        let mut seen = Vec::new();
        while !enough(&seen) {
            let read = stream.read_buf(&mut seen).await.map_err(|error| error.to_string())?;
            if read == 0 {
                return Err("the gateway closed first".to_owned());
            }
        }
        Ok(())
    };
    tokio::time::timeout(PATIENCE, exchange).await.map_err(|_| "it never came".to_owned())?
}

/// Sends a request and leaves after this long.
///
/// # Errors
/// See [`leave_after`].
pub async fn leave_in(to: SocketAddr, ask: &Ask, after: Duration) -> Result<(), Failure> {
    let sign = async {
        tokio::time::sleep(after).await;
        true
    };
    leave_after(to, ask, sign).await
}

/// Sends a request and leaves once `sign` has come, whatever the gateway has said by then.
///
/// # Errors
/// The connection failed, or `sign` never came within [`PATIENCE`].
pub async fn leave_after(to: SocketAddr, ask: &Ask, sign: impl Future<Output = bool>) -> Result<(), Failure> {
    let mut stream = TcpStream::connect(to).await.map_err(|error| error.to_string())?;
    stream.write_all(&ask.raw(to)).await.map_err(|error| error.to_string())?;
    let came = tokio::time::timeout(PATIENCE, sign).await;
    if came == Ok(true) { Ok(()) } else { Err("the sign to leave never came".to_owned()) }
}

/// An answer that has begun, whole; one that is cut as far as it came.
///
/// # Errors
/// None so far.
pub async fn read(response: Response<Incoming>) -> Result<Answer, Failure> {
    let (head, mut incoming) = response.into_parts();
    let header = |(name, value): (&hyper::header::HeaderName, &hyper::header::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let headers = head.headers.iter().map(header).collect();
    let mut answer = Answer { status: head.status.as_u16(), headers, body: Vec::new(), complete: true };
    while let Some(frame) = incoming.frame().await {
        match frame {
            Ok(frame) => answer.body.extend(frame.into_data().unwrap_or_default()),
            Err(_) => {
                answer.complete = false;
                break;
            }
        }
    }
    Ok(answer)
}
