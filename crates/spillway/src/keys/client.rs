//! One HTTP/1.1 exchange with the gateway, as its administrator.

use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::handshake;
use hyper::{Request, Response, header};
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::gateway::Address;
use crate::failure::{Doing, Failure};

/// For a whole exchange; longer than the gateway waits for the ledger.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of an answer: a page of keys that all have long lists of models.
const LARGEST_ANSWER: usize = 16 << 20;
/// Characters that are shown of an answer that is not the API's.
const LONGEST_QUOTE: usize = 200;

/// Whom to ask, and as whom.
pub struct Client {
    gateway: Address,
    master_key: String,
}

impl Client {
    /// A client of this gateway with its master key.
    pub fn new(gateway: Address, master_key: String) -> Self {
        Self { gateway, master_key }
    }

    /// Asks for what a path has.
    ///
    /// # Errors
    /// The gateway cannot be reached, or refuses.
    pub async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.exchange("GET", path, Vec::new()).await
    }

    /// Sends a JSON object.
    ///
    /// # Errors
    /// The gateway cannot be reached, or refuses.
    pub async fn post(&self, path: &str, body: Map<String, Value>) -> Result<Value, Failure> {
        self.exchange("POST", path, Value::Object(body).to_string().into_bytes()).await
    }

    async fn exchange(&self, method: &str, path: &str, body: Vec<u8>) -> Result<Value, Failure> {
        // The query is left out: it may name keys.
        let shown = path.split('?').next().unwrap_or_default();
        let asking = || format!("{method} http://{}{shown}", self.gateway);
        let late = |_| format!("no answer within {} s", PATIENCE.as_secs());
        let answered = timeout(PATIENCE, self.send(method, path, body)).await.map_err(late).doing(asking)?;
        let (status, bytes) = answered.doing(asking)?;
        understood(status, &bytes).doing(asking)
    }

    async fn send(&self, method: &str, path: &str, body: Vec<u8>) -> Result<(u16, Bytes), String> {
        let Address { host, port } = &self.gateway;
        let stream = TcpStream::connect((host.as_str(), *port)).await.map_err(|error| error.to_string())?;
        let (mut sender, connection) =
            handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
        tokio::spawn(connection);
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.gateway.to_string())
            .header(header::AUTHORIZATION, format!("Bearer {}", self.master_key))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| error.to_string())?;
        let response = sender.send_request(request).await.map_err(|error| error.to_string())?;
        read(response).await
    }
}

async fn read(response: Response<Incoming>) -> Result<(u16, Bytes), String> {
    let status = response.status().as_u16();
    let body = Limited::new(response.into_body(), LARGEST_ANSWER).collect().await;
    Ok((status, body.map_err(|error| error.to_string())?.to_bytes()))
}

/// An answer's JSON, or why there is none.
fn understood(status: u16, body: &[u8]) -> Result<Value, String> {
    let answer: Option<Value> = serde_json::from_slice(body).ok();
    match answer {
        Some(answer) if (200..300).contains(&status) => Ok(answer),
        Some(answer) => Err(refusal(status, answer.get("error"))),
        None => {
            let text: String = String::from_utf8_lossy(body).chars().take(LONGEST_QUOTE).collect();
            Err(format!("answered {status} without JSON, so it is no gateway of Spillway's: {text:?}"))
        }
    }
}

fn refusal(status: u16, error: Option<&Value>) -> String {
    let text = |name: &str| error.and_then(|error| error.get(name)).and_then(Value::as_str);
    let message = text("message").unwrap_or("no reason was given");
    let advice = match (status, text("code")) {
        (401 | 403, _) => "\n    help: is the master key the one of this gateway's file?",
        (404, Some("unknown_url")) => {
            "\n    help: this gateway does not lead to the administration of keys: see `disable_admin_endpoints` of \
             `general_settings`, and `key_lookup` of `spillway_settings`"
        }
        _ => "",
    };
    format!("answered {status}: {message}{advice}")
}

#[cfg(test)]
mod tests {
    use super::understood;

    #[test]
    fn answers_are_understood_or_told() {
        assert_eq!(understood(200, b"{}"), Ok(serde_json::json!({})));
        assert_eq!(
            understood(400, br#"{"error":{"message":"no such field","code":"unknown_field"}}"#),
            Err("answered 400: no such field".to_owned())
        );
        assert_eq!(
            understood(401, br#"{"error":{"message":"no","code":"401"}}"#),
            Err("answered 401: no\n    help: is the master key the one of this gateway's file?".to_owned())
        );
        assert!(
            understood(404, br#"{"error":{"message":"no","code":"unknown_url"}}"#)
                .is_err_and(|text| text.contains("disable_admin_endpoints"))
        );
        assert_eq!(
            understood(502, b"<html>"),
            Err("answered 502 without JSON, so it is no gateway of Spillway's: \"<html>\"".to_owned())
        );
        assert_eq!(understood(500, b"[]"), Err("answered 500: no reason was given".to_owned()));
    }
}
