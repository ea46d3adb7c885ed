//! The monitor's pages on a real ledger: who is let in. What the pages show is tested in a browser.

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{HeaderMap, Method, Request};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use spillway_ledger::{Options, Secret};

use crate::running::{KEY, Running};

const MONITOR_TOKEN: &str = "read-only";

/// A browser's answer: its status, its headers, its text.
pub struct Answer {
    pub status: u16,
    headers: HeaderMap,
    pub text: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The cookie that it sets, as a browser sends it back.
    pub fn cookie(&self, name: &str) -> String {
        let lines = self.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap());
        let line = lines.into_iter().find(|line| line.starts_with(name)).unwrap();
        line.split(';').next().unwrap().to_owned()
    }
}

pub async fn send(running: &Running, method: Method, path: &str, cookie: &str, form: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(format!("http://{}{path}", running.ledger.addr()))
        .header("cookie", cookie)
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Full::new(Bytes::from(form.to_owned())))
        .unwrap();
    let client = Client::builder(TokioExecutor::new()).build_http();
    let (head, body) = client.request(request).await.unwrap().into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    Answer { status: head.status.as_u16(), headers: head.headers, text }
}

pub async fn login(running: &Running, credential: &str) -> Answer {
    let page = send(running, Method::GET, "/ui/login", "", "").await;
    let (_, rest) = page.text.split_once("name=\"form_token\" value=\"").unwrap();
    let form = format!("credential={credential}&form_token={}", rest.split('"').next().unwrap());
    send(running, Method::POST, "/ui/login", &page.cookie("spillway_login"), &form).await
}

async fn running() -> Running {
    Running::with(|options| Options { monitor_token: Some(Secret::new(MONITOR_TOKEN).unwrap()), ..options })
        .await
}

#[tokio::test]
async fn no_page_is_seen_without_a_session() {
    let running = running().await;
    for path in
        ["/ui", "/ui/spend", "/ui/traffic", "/ui/guardrails", "/ui/requests", "/ui/requests/x", "/ui/x"]
    {
        let answer = send(&running, Method::GET, path, "spillway_session=x", "").await;
        assert_eq!((answer.status, answer.text.as_str()), (303, ""), "{path}");
        assert!(answer.header("location").starts_with("/ui/login"), "{path}");
    }
    for path in ["/ui/logout", "/ui/theme"] {
        let answer = send(&running, Method::POST, path, "", "").await;
        assert_eq!((answer.status, answer.header("location")), (303, "/ui/login"), "{path}");
    }
}

#[tokio::test]
async fn both_credentials_open_the_monitor_and_the_token_nothing_else() {
    let running = running().await;
    for credential in [KEY, MONITOR_TOKEN] {
        let answer = login(&running, credential).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/ui"), "{credential}");
        let page = send(&running, Method::GET, "/ui", &answer.cookie("spillway_session"), "").await;
        assert!(page.text.contains("Log out"), "{credential}: {} {}", page.status, page.text);
    }
    for wrong in ["", "sk-other", "ingest-token"] {
        let answer = login(&running, wrong).await;
        assert_eq!(answer.status, 401, "{wrong}");
        assert!(
            !answer
                .headers
                .get_all("set-cookie")
                .iter()
                .any(|line| line.to_str().unwrap().contains("session"))
        );
    }
    let logs = running.http.send(Method::GET, "/spend/logs", Some(MONITOR_TOKEN), "").await.unwrap();
    assert_eq!(logs.status, 401);
}

#[tokio::test]
async fn a_session_is_no_credential_of_the_api() {
    let running = running().await;
    let session = login(&running, KEY).await.cookie("spillway_session");
    for path in ["/spend/logs", "/key/list", "/v1/changes"] {
        assert_eq!(send(&running, Method::GET, path, &session, "").await.status, 401, "{path}");
    }
}

#[tokio::test]
async fn the_api_answers_as_before_beside_the_pages() {
    let running = running().await;
    let unknown = running.http.send(Method::GET, "/uix", None, "").await.unwrap();
    assert_eq!((unknown.status, unknown.error("message").as_str()), (404, Some("there is no /uix")));
    let wrong = running.http.send(Method::DELETE, "/health", None, "").await.unwrap();
    assert_eq!(wrong.status, 405);
    let page = send(&running, Method::DELETE, "/ui/login", "", "").await;
    assert_eq!(page.status, 303, "{}", page.text);
}
