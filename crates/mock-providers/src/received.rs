//! A request as it came, and what became of its answer.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Value, json};

/// One request that was received.
///
/// Header names are in lower case, as HTTP compares them. Lines are in the order in which they came, except that
/// lines of the same name stand together, at the place of the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Counts the requests of one server from 0; never used twice, not even after a clearing.
    pub sequence: u64,
    /// The method.
    pub method: String,
    /// Path and query, as they came.
    pub target: String,
    /// Every header line.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body; what had come of it, if the client left while it sent.
    pub body: Bytes,
    /// When the head had come.
    pub received_at: SystemTime,
    /// The status of the answer; `None` while there is none.
    pub status: Option<u16>,
    /// How the answer ended, and when; `None` while it is under way.
    pub ended: Option<(Ended, SystemTime)>,
}

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Every byte was handed to the connection.
    Whole,
    /// The client closed its connection first.
    ClientLeft,
    /// The script ended it early: a cut, a reset, or a stall that reached its bound.
    Scripted,
    /// The server was shut down first.
    ServerStopped,
}

impl Ended {
    fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::ClientLeft => "client_left",
            Self::Scripted => "scripted",
            Self::ServerStopped => "server_stopped",
        }
    }
}

impl Received {
    /// The values of the header lines of this name (in lower case), as text; bytes that are no UTF-8 are replaced.
    #[must_use]
    pub fn header(&self, name: &str) -> Vec<String> {
        let lines = self.headers.iter().filter(|(line, _)| line == name);
        lines.map(|(_, value)| String::from_utf8_lossy(value).into_owned()).collect()
    }

    /// The body as JSON; null if it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Where `needle` stands in the request, whatever its case: `target`, `header NAME` or `body`.
    #[must_use]
    pub fn places_of(&self, needle: &str) -> Vec<String> {
        let needle = needle.to_ascii_lowercase();
        let holds = |bytes: &[u8]| String::from_utf8_lossy(bytes).to_ascii_lowercase().contains(&needle);
        let target = holds(self.target.as_bytes()).then(|| "target".to_owned());
        let headers = self.headers.iter().filter(|(name, value)| holds(name.as_bytes()) || holds(value));
        let body = holds(&self.body).then(|| "body".to_owned());
        target.into_iter().chain(headers.map(|(name, _)| format!("header {name}"))).chain(body).collect()
    }

    /// Whether the client left before its answer was whole.
    #[must_use]
    pub fn client_left(&self) -> bool {
        matches!(self.ended, Some((Ended::ClientLeft, _)))
    }

    /// What counts against the journal's bound: the bytes of target, headers and body.
    pub(crate) fn size(&self) -> usize {
        let headers: usize = self.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        self.target.len() + headers + self.body.len()
    }

    /// The record as JSON: `body` is text, or `body_base64` if it is no UTF-8; times are milliseconds since 1970.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let headers: Vec<Value> =
            self.headers.iter().map(|(name, value)| json!([name, String::from_utf8_lossy(value)])).collect();
        let (body, text) = match std::str::from_utf8(&self.body) {
            Ok(text) => ("body", text.to_owned()),
            Err(_) => ("body_base64", STANDARD.encode(&self.body)),
        };
        json!({
            "sequence": self.sequence,
            "method": self.method,
            "target": self.target,
            "headers": headers,
            "received_at_ms": milliseconds(self.received_at),
            "status": self.status,
            "ended": self.ended.map(|(how, _)| how.name()),
            "ended_at_ms": self.ended.map(|(_, when)| milliseconds(when)),
            body: text,
        })
    }
}

/// The greatest number of these requests that were under way at the same time.
#[must_use]
pub fn most_at_once<'r>(requests: impl Iterator<Item = &'r Received>) -> usize {
    let mut turns = Vec::new();
    for request in requests.filter(|request| request.ended.is_none_or(|(_, when)| when > request.received_at))
    {
        turns.push((request.received_at, true));
        turns.extend(request.ended.map(|(_, when)| (when, false)));
    }
    // Where one ends as another begins, the two are not under way together.
    turns.sort();
    let mut now = 0_usize;
    let counts = turns.into_iter().map(|(_, begins)| {
        now = if begins { now + 1 } else { now.saturating_sub(1) };
        now
    });
    counts.max().unwrap_or(0)
}

fn milliseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn received(body: &'static [u8]) -> Received {
        Received {
            sequence: 3,
            method: "POST".into(),
            target: "/a?User=1".into(),
            headers: vec![("x-user".into(), b"me".to_vec()), ("x-tag".into(), b"\xffUSER".to_vec())],
            body: Bytes::from_static(body),
            received_at: UNIX_EPOCH,
            status: Some(200),
            ended: Some((Ended::Whole, UNIX_EPOCH)),
        }
    }

    #[test]
    fn a_leak_is_found_wherever_it_stands() {
        assert_eq!(
            received(b"{\"user\":1}").places_of("user"),
            ["target", "header x-user", "header x-tag", "body"]
        );
        assert!(received(b"").places_of("metadata").is_empty());
    }

    #[test]
    fn requests_that_overlap_are_counted() {
        let spent = |from: u64, to: Option<u64>| Received {
            received_at: UNIX_EPOCH + Duration::from_secs(from),
            ended: to.map(|to| (Ended::Whole, UNIX_EPOCH + Duration::from_secs(to))),
            ..received(b"")
        };
        let cases: &[(&[Received], usize)] = &[
            (&[], 0),
            (&[spent(1, Some(2)), spent(2, Some(3))], 1),
            (&[spent(1, Some(4)), spent(2, Some(3)), spent(3, Some(5))], 2),
            (&[spent(1, None), spent(5, None), spent(9, Some(10))], 3),
            (&[spent(1, Some(1)), spent(2, Some(3))], 1),
        ];
        for (requests, expected) in cases {
            assert_eq!(most_at_once(requests.iter()), *expected, "{requests:?}");
        }
    }

    #[test]
    fn a_body_that_is_no_text_is_base64() {
        assert_eq!(received(b"\xff\x00").to_json()["body_base64"], "/wA=");
        assert_eq!(received(b"hi").to_json()["body"], "hi");
    }
}
