//! One connection: its handshake, then its requests.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::Connections;
use super::guest::Guest;
use super::turn::Turn;
use crate::tls::Peer;

/// Bytes of what is read ahead on an HTTP/1.1 connection, so of a request's headers: Envoy sends up to 60 KiB.
const READ_AHEAD: usize = 64 << 10;

/// What all connections are served with.
#[derive(Clone)]
pub(super) struct House {
    pub(super) router: Router,
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) bounds: Connections,
    /// Closed when no further request is to be taken.
    pub(super) open: watch::Receiver<()>,
}

/// Who is at the other end.
#[derive(Clone, Copy)]
struct Caller {
    address: SocketAddr,
    /// What TLS told; none of a plain connection.
    secure: Option<Peer>,
}

impl Caller {
    fn tell(self, request: &mut Request<Incoming>) {
        request.extensions_mut().insert(ConnectInfo(self.address));
        if let Some(peer) = self.secure {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
    }
}

impl House {
    /// Serves a connection until either end closes it, it overstays, or the house is closed and its requests are
    /// answered.
    pub(super) async fn serve(mut self, stream: TcpStream, address: SocketAddr, guest: Arc<Guest>) {
        let Some(acceptor) = self.tls.take() else {
            return self.answer(stream, Caller { address, secure: None }, guest).await;
        };
        let shaken = tokio::select! {
            shaken = timeout(self.bounds.handshake, acceptor.accept(stream)) => shaken,
            () = guest.overstays(&self.bounds) => return,
            _ = self.open.changed() => return,
        };
        // What went wrong is the other end's to say: a port scan would fill the log.
        let Ok(Ok(stream)) = shaken else { return };
        let (_, session) = stream.get_ref();
        let certified = session.peer_certificates().is_some_and(|shown| !shown.is_empty());
        self.answer(stream, Caller { address, secure: Some(Peer { certified }) }, guest).await;
    }

    /// Both HTTP/1.1 and HTTP/2: a connection is the latter if it begins so, as it does where TLS agreed on it.
    async fn answer<S>(mut self, stream: S, caller: Caller, guest: Arc<Guest>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let router = TowerToHyperService::new(self.router);
        let asked = Arc::clone(&guest);
        let service = service_fn(move |mut request: Request<Incoming>| {
            let turn = Turn::of(&asked);
            caller.tell(&mut request);
            let answer = router.call(request);
            async move { answer.await.map(|answer| turn.until_sent(answer)) }
        });
        let mut builder = Builder::new(TokioExecutor::new());
        builder.http1().max_buf_size(READ_AHEAD);
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
        let mut closing = false;
        loop {
            tokio::select! {
                // How it ended is of no use to anybody here.
                _ = connection.as_mut() => return,
                () = guest.overstays(&self.bounds) => return,
                _ = self.open.changed(), if !closing => {
                    if !guest.has_asked() {
                        return;
                    }
                    closing = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}
