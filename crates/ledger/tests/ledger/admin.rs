//! Who may administer: nobody without the master key, on no path.

use std::path::Path;

use hyper::Method;
use serde_json::{Value, json};

use crate::http::Answer;
use crate::running::{KEY, Running, TOKEN};

impl Running {
    /// Posts to the administration API.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.http.send(Method::POST, path, Some(KEY), body.to_string()).await.unwrap()
    }

    /// Posts what must be done; the answer's body.
    pub async fn done(&self, path: &str, body: Value) -> Value {
        let answer = self.post(path, body).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }

    /// Gets what must be there; the answer's body.
    pub async fn told(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }
}

/// A text of an answer.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// Every path that the source mounts, with the method that it takes.
fn mounted(folder: &Path, paths: &mut Vec<(Method, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            mounted(&path, paths);
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        for route in source.split(".route(\"").skip(1) {
            let (path, handler) = route.split_once("\", ").unwrap();
            let method = if handler.starts_with("post(") { Method::POST } else { Method::GET };
            paths.push((method, path.to_owned()));
        }
    }
}

#[tokio::test]
async fn no_path_is_open_but_the_gateways_and_health() {
    let running = Running::start().await;
    let mut paths = Vec::new();
    mounted(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api"), &mut paths);
    assert!(paths.len() >= 29, "the source is not read as it is written: {paths:?}");
    for (method, path) in paths {
        let open = path == "/health";
        let gateways = path.starts_with("/v1/");
        for (credential, hold) in
            [(None, false), (Some("sk-maste"), false), (Some(TOKEN), gateways), (Some(KEY), !gateways)]
        {
            let status = running.http.status(method.clone(), &path, credential).await;
            assert_eq!(status == 401, !hold && !open, "{method} {path} with {credential:?}: {status}");
        }
    }
}

#[tokio::test]
async fn a_virtual_key_administers_nothing() {
    let running = Running::start().await;
    let key = running.done("/key/generate", json!({})).await["key"].clone();
    let answer = running.http.send(Method::GET, "/key/list", Some(text(&key)), "").await.unwrap();
    assert_eq!((answer.status, answer.error("type")), (401, &json!("auth_error")));
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_one() {
    let running = Running::start().await;
    for (method, path, allowed) in [
        (Method::GET, "/key/generate", "POST"),
        (Method::POST, "/key/info", "GET,HEAD"),
        (Method::PUT, "/team/new", "POST"),
    ] {
        let answer = running.http.send(method, path, Some(KEY), "").await.unwrap();
        assert_eq!((answer.status, &answer.headers["allow"]), (405, &allowed.parse().unwrap()), "{path}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_or_no_object_is_refused() {
    let running = Running::start().await;
    let padded = |length: usize| format!("{{}}{}", " ".repeat(length - 2));
    for (body, status, code) in [
        (padded(64 << 10), 200, None),
        (padded((64 << 10) + 1), 413, Some("body_too_large")),
        ("[]".to_owned(), 400, Some("malformed_body")),
        ("{\"models\": ".to_owned(), 400, Some("malformed_body")),
        ("\"sk-secret-secret-secret\"".to_owned(), 400, Some("malformed_body")),
        (r#"{"blocked": true, "blocked": false}"#.to_owned(), 400, Some("malformed_body")),
    ] {
        let answer = running.http.send(Method::POST, "/key/generate", Some(KEY), body.clone()).await.unwrap();
        let start: String = body.chars().take(40).collect();
        assert_eq!(answer.status, status, "{start}: {}", answer.body);
        if let Some(code) = code {
            assert_eq!(answer.error("code"), code, "{start}");
            assert!(!answer.body.to_string().contains("secret"), "{}", answer.body);
        }
    }
}
