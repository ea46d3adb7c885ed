//! A client that speaks JSON and keeps whole answers.

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::http::response::Parts;
use hyper::{HeaderMap, Method, Request};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use std::net::SocketAddr;

/// An answer; its body is JSON, as all of the ledger's are.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    /// The error's field.
    pub fn error(&self, field: &str) -> &Value {
        &self.body["error"][field]
    }
}

/// An answer whose body is a file.
#[derive(Debug)]
pub struct Download {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

/// A client of one ledger.
#[derive(Clone)]
pub struct Http {
    address: SocketAddr,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Http {
    pub fn to(address: SocketAddr) -> Self {
        Self { address, client: Client::builder(TokioExecutor::new()).build_http() }
    }

    /// Sends; an error is a connection that broke.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        credential: Option<&str>,
        body: impl Into<Bytes>,
    ) -> Result<Answer, hyper_util::client::legacy::Error> {
        let (head, body) = self.exchange(method, path, credential, &[], body).await?;
        let body =
            spillway_filter::wire::value::parse(&body).unwrap_or_else(|_| panic!("not JSON: {body:?}"));
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body })
    }

    /// Gets what may be a file.
    pub async fn download(&self, path: &str, credential: &str, headers: &[(&str, &str)]) -> Download {
        let exchanged = self.exchange(Method::GET, path, Some(credential), headers, "").await;
        let (head, body) = exchanged.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        Download { status: head.status.as_u16(), headers: head.headers, text }
    }

    /// Sends, and looks at the status alone: the body may be of any kind.
    pub async fn status(&self, method: Method, path: &str, credential: Option<&str>) -> u16 {
        let (head, _) = self.exchange(method, path, credential, &[], "").await.unwrap();
        head.status.as_u16()
    }

    async fn exchange(
        &self,
        method: Method,
        path: &str,
        credential: Option<&str>,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<(Parts, Bytes), hyper_util::client::legacy::Error> {
        let mut request = Request::builder().method(method).uri(format!("http://{}{path}", self.address));
        if let Some(credential) = credential {
            request = request.header("authorization", format!("Bearer {credential}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.client.request(request.body(Full::new(body.into())).unwrap()).await?;
        let (head, body) = response.into_parts();
        Ok((head, body.collect().await.expect("a whole body").to_bytes()))
    }
}
