//! Calls to the ledger. Its credential is added by Envoy, in the ledger's cluster.

use std::time::Duration;

use proxy_wasm::hostcalls;
use proxy_wasm::types::{BufferType, MapType, Status};

/// The cluster that `spillway render` writes.
pub const CLUSTER: &str = "spillway-ledger";

/// Asks, from a root's callback: the SDK hands an answer to the context in whose callback it was asked for, and
/// to nobody where that was a request which has gone by then. Returns Envoy's number of the call.
pub fn get(path: &str, timeout_ms: u64) -> Result<u32, Status> {
    let headers =
        vec![(":method", "GET"), (":path", path), (":authority", CLUSTER), ("accept", "application/json")];
    hostcalls::dispatch_http_call(CLUSTER, headers, None, vec![], Duration::from_millis(timeout_ms))
}

/// Tells, in JSON; otherwise as [`get`].
pub fn post(path: &str, body: &[u8], timeout_ms: u64) -> Result<u32, Status> {
    let headers = vec![
        (":method", "POST"),
        (":path", path),
        (":authority", CLUSTER),
        ("content-type", "application/json"),
    ];
    hostcalls::dispatch_http_call(CLUSTER, headers, Some(body), vec![], Duration::from_millis(timeout_ms))
}

/// An answer to a call, as its callback tells of it.
#[derive(Clone, Copy)]
pub struct Answer {
    /// Envoy's number of the call.
    pub call: u32,
    /// How many headers; none where no answer came.
    pub headers: usize,
    /// Bytes of its body.
    pub body: usize,
}

impl Answer {
    /// The status; `None` where no answer came.
    pub fn status(self) -> Option<u16> {
        if self.headers == 0 {
            return None;
        }
        let value = hostcalls::get_map_value_bytes(MapType::HttpCallResponseHeaders, ":status").ok()??;
        std::str::from_utf8(&value).ok()?.parse().ok()
    }

    /// The body of a 200 that is not larger than `most` bytes.
    pub fn ok(self, most: usize) -> Option<Vec<u8>> {
        if self.status() != Some(200) {
            return None;
        }
        if self.body > most {
            log::error!("spillway: the ledger's answer has {} bytes, and at most {most} are read", self.body);
            return None;
        }
        hostcalls::get_buffer(BufferType::HttpCallResponseBody, 0, self.body).ok()?
    }
}
