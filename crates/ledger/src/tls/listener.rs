//! Connections whose handshakes are done. One that is slow keeps none of the others waiting.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::Next;
use axum::response::Response;
use axum::serve::{IncomingStream, Listener};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::Tls;

/// Handshakes at a time.
const AT_ONCE: usize = 256;

/// How long a handshake may take.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);

/// Connections that wait to be served.
const WAITING: usize = 64;

/// Where secure connections come from.
pub(crate) struct Secure {
    connections: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: SocketAddr,
}

/// Who is at the other end of a secure connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer {
    /// Where that is.
    pub(crate) address: SocketAddr,
    /// Whether it showed a certificate that a trusted authority signed; any other ends the handshake.
    pub(crate) certified: bool,
}

impl Secure {
    /// Shakes hands with whoever connects to `listener`, until this value is dropped.
    pub(crate) fn over(listener: TcpListener, tls: &Tls) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let acceptor = TlsAcceptor::from(Arc::clone(&tls.config));
        let (ready, connections) = mpsc::channel(WAITING);
        tokio::spawn(accept(listener, acceptor, ready));
        Ok(Self { connections, address })
    }
}

type Ready = mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>;

async fn accept(mut listener: TcpListener, acceptor: TlsAcceptor, ready: Ready) {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let Ok(turn) = Arc::clone(&turns).acquire_owned().await else { return };
        let (stream, address) = tokio::select! {
            connection = Listener::accept(&mut listener) => connection,
            () = ready.closed() => return,
        };
        let (acceptor, ready) = (acceptor.clone(), ready.clone());
        tokio::spawn(async move {
            let shaken = tokio::time::timeout(HANDSHAKE_TIME, acceptor.accept(stream)).await;
            drop(turn);
            // What went wrong is the other end's to say: a port scan would fill the log.
            if let Ok(Ok(stream)) = shaken {
                let _ = ready.send((stream, address)).await;
            }
        });
    }
}

impl Listener for Secure {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.connections.recv().await {
            Some(connection) => connection,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

/// Tells of the other end's address alone too, as of a plain connection's.
pub(crate) async fn tell_address(mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<Peer>>().copied() {
        request.extensions_mut().insert(ConnectInfo(peer.address));
    }
    next.run(request).await
}

impl Connected<IncomingStream<'_, Secure>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Secure>) -> Self {
        let (_, session) = stream.io().get_ref();
        let address = *stream.remote_addr();
        Self { address, certified: session.peer_certificates().is_some_and(|shown| !shown.is_empty()) }
    }
}
