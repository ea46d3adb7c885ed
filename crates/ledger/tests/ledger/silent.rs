//! Connections that say nothing: they are closed, and keep nobody out.

use std::time::Duration;

use hyper::Method;
use spillway_ledger::{Connections, Options};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::database::Place;
use crate::http::Http;
use crate::process::Program;
use crate::running::Running;
use crate::secured::{Secured, secured_with};

/// Longer than anything here takes, where it works.
const TOO_LONG: Duration = Duration::from_secs(20);

/// The beginning of a request that never becomes whole.
const BEGUN: &[u8] = b"GET /health HTTP/1.1\r\nhost: ledger\r\n";

/// Bounds of time that nothing reaches but what is waited for.
fn patient() -> Connections {
    Connections { handshake: TOO_LONG * 2, first_headers: TOO_LONG * 2, ..Connections::default() }
}

fn within(connections: Connections) -> impl FnOnce(Options) -> Options {
    move |options| Options { connections, ..options }
}

async fn running(connections: Connections) -> Running {
    Running::with(within(connections)).await
}

async fn secured(connections: Connections) -> Secured {
    secured_with(false, true, within(connections)).await
}

/// Connects, and sends no more than this.
async fn silent(ledger: &Running, said: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(ledger.ledger.addr()).await.unwrap();
    stream.write_all(said).await.unwrap();
    stream
}

/// Returns when the other end closed the connection.
async fn closed(mut stream: TcpStream) {
    let mut read = Vec::new();
    // A connection that is closed while something is unread ends with an error.
    let ended = timeout(TOO_LONG, stream.read_to_end(&mut read)).await;
    assert!(ended.is_ok(), "it is still open");
}

async fn is_healthy(ledger: &Running) -> bool {
    let asked = ledger.http.send(Method::GET, "/health", None, "");
    timeout(TOO_LONG, asked).await.is_ok_and(|answer| answer.unwrap().status == 200)
}

async fn is_healthy_by_tls(ledger: &Secured) -> bool {
    let asked = ledger.ask(None, "/health", "");
    timeout(TOO_LONG, asked).await.is_ok_and(|answer| answer.unwrap() == 200)
}

#[tokio::test]
async fn a_connection_without_a_request_is_closed() {
    let ledger = running(Connections { first_headers: Duration::from_millis(200), ..patient() }).await;
    for said in [b"".as_slice(), b"PRI * HTTP/2.0\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", BEGUN] {
        closed(silent(&ledger, said).await).await;
    }
}

#[tokio::test]
async fn a_handshake_that_is_not_made_is_cut_off() {
    let ledger = secured(Connections { handshake: Duration::from_millis(200), ..patient() }).await;
    for said in [b"".as_slice(), b"\x16\x03\x01\x02\x00\x01"] {
        closed(silent(&ledger.running, said).await).await;
    }
}

#[tokio::test]
async fn a_secure_connection_without_a_request_is_closed() {
    let ledger = secured(Connections { first_headers: Duration::from_millis(500), ..patient() }).await;
    for said in [b"".as_slice(), BEGUN] {
        let mut stream = ledger.connected(None, &["http/1.1"]).await.unwrap();
        stream.write_all(said).await.unwrap();
        let mut read = Vec::new();
        let ended = timeout(TOO_LONG, stream.read_to_end(&mut read)).await;
        assert!(ended.is_ok(), "it is still open");
    }
}

#[tokio::test]
async fn one_that_is_idle_for_long_is_closed() {
    let bounds =
        Connections { idle: Duration::from_millis(200), first_headers: Duration::from_secs(1), ..patient() };
    let ledger = running(bounds).await;
    closed(silent(&ledger, &[BEGUN, b"\r\n"].concat()).await).await;
}

#[tokio::test]
async fn silent_ones_make_room_for_the_next_request() {
    let ledger = running(Connections { most: 8, per_address: 4, ..patient() }).await;
    let mut first = Vec::new();
    for _ in 0..20 {
        first.push(silent(&ledger, BEGUN).await);
        assert!(is_healthy(&ledger).await, "{} silent ones", first.len());
    }
    closed(first.remove(0)).await;
}

#[tokio::test]
async fn silent_handshakes_make_room_for_the_next_one() {
    let ledger = secured(Connections { most: 8, per_address: 4, ..patient() }).await;
    let mut first = Vec::new();
    for _ in 0..20 {
        first.push(silent(&ledger.running, b"").await);
    }
    assert!(is_healthy_by_tls(&ledger).await);
    closed(first.remove(0)).await;
}

#[tokio::test]
async fn hundreds_of_handshakes_that_are_not_made_delay_no_other_one() {
    let ledger = secured(patient()).await;
    let mut held = Vec::new();
    for _ in 0..300 {
        held.push(silent(&ledger.running, b"").await);
    }
    assert!(is_healthy_by_tls(&ledger).await);
}

#[tokio::test]
async fn silent_ones_do_not_delay_the_end() {
    let plain = running(patient()).await;
    let secure = secured(patient()).await;
    let held = [silent(&plain, b"").await, silent(&plain, BEGUN).await, silent(&secure.running, b"").await];
    assert!(is_healthy(&plain).await && is_healthy_by_tls(&secure).await, "they are taken by now");
    for ledger in [plain, secure.running] {
        timeout(Duration::from_secs(5), ledger.ledger.shutdown()).await.expect("at once").unwrap();
    }
    drop(held);
}

#[tokio::test]
async fn more_silent_ones_than_the_process_may_have_files_keep_nobody_out() {
    let place = Place::new().await;
    let program = Program::start_with_files(&place, 128);
    let http = Http::to(program.address);
    let mut held = Vec::new();
    for _ in 0..200 {
        let mut stream = TcpStream::connect(program.address).await.unwrap();
        stream.write_all(BEGUN).await.unwrap();
        held.push(stream);
    }
    let answer = timeout(TOO_LONG, http.send(Method::GET, "/health", None, "")).await;
    let answer = answer.expect("an answer").unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
}
