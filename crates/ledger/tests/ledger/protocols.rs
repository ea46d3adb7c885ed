//! HTTP/1.1 and HTTP/2 on one plain listener: the second is what a connection begins with.

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper::{Method, Request, Response, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use spillway_filter::event::Batch;
use tokio::net::TcpStream;

use crate::events::answered;
use crate::running::{KEY, Running, TOKEN};

type Sender = SendRequest<Full<Bytes>>;

/// A connection by prior knowledge.
async fn connected(running: &Running) -> Sender {
    let stream = TcpStream::connect(running.ledger.addr()).await.unwrap();
    let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}

/// The answer, and its text. HTTP/2 has no header for the host.
async fn ask(
    sender: &Sender,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Vec<u8>,
) -> (Response<()>, String) {
    let mut request = Request::builder().method(method).uri(format!("http://ledger:4001{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::new(Bytes::from(body))).unwrap();
    let (head, body) = sender.clone().send_request(request).await.unwrap().into_parts();
    assert_eq!(head.version, Version::HTTP_2);
    let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    (Response::from_parts(head, ()), text)
}

#[tokio::test]
async fn events_arrive_over_either() {
    let running = Running::start().await;
    let sender = connected(&running).await;
    let bearer = format!("Bearer {TOKEN}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let deliver = |id: usize| {
        let batch = Batch { events: vec![answered(&format!("h2-{id}"))] };
        ask(&sender, Method::POST, "/v1/events", &headers, serde_json::to_vec(&batch).unwrap())
    };
    // All at once, on one connection.
    for (answer, text) in futures_util::future::join_all((0..50).map(deliver)).await {
        assert_eq!(answer.status(), 200, "{text}");
    }
    assert_eq!(running.deliver(&[answered("h1")]).await.status, 200);
    assert_eq!(running.number(r#"SELECT count(*) FROM "LiteLLM_SpendLogs""#).await, 51);
    let (answer, _) = ask(&sender, Method::GET, "/v1/changes?gateway=g", &[], Vec::new()).await;
    assert_eq!(answer.status(), 401, "without the token");
}

#[tokio::test]
async fn a_form_is_known_by_its_host_over_http2() {
    let running = Running::start().await;
    let sender = connected(&running).await;
    let (page, text) = ask(&sender, Method::GET, "/ui/login", &[], Vec::new()).await;
    let cookie = page.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let (_, token) = text.split_once("name=\"form_token\" value=\"").unwrap();
    let form = format!("credential={KEY}&form_token={}", token.split('"').next().unwrap());
    for (origin, status) in [("http://ledger:4001", 303), ("http://elsewhere:4001", 403)] {
        let headers = [
            ("cookie", cookie.as_str()),
            ("origin", origin),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let posted = ask(&sender, Method::POST, "/ui/login", &headers, form.clone().into_bytes()).await;
        assert_eq!(posted.0.status(), status, "{origin}: {}", posted.1);
    }
}
