//! Envoy's own counters, by its administration interface.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::Failure;
use crate::client::{self, Ask};

/// The outbox is emptied several times a second; events that are not gone by then are stuck.
const PATIENCE: Duration = Duration::from_secs(20);
/// As often as the filter looks at its outbox: asking costs the process that is measured.
const PAUSE: Duration = Duration::from_millis(100);

/// What became of the gateway's requests since it started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests that it began to serve.
    pub requests: u64,
    /// Answers with another status than 2xx.
    pub not_2xx: u64,
    /// Events that the ledger has stored.
    pub delivered: u64,
    /// Events that were lost.
    pub dropped: u64,
}

impl Counts {
    /// Reads them now, of the HTTP statistics with this prefix.
    ///
    /// # Errors
    /// Envoy does not answer.
    pub async fn read(admin: SocketAddr, prefix: &str) -> Result<Self, Failure> {
        let http = format!("http.{prefix}.downstream_rq_");
        let filter =
            format!("^({}(total|[1345]xx)|.*spillway.events_(delivered|dropped))$", http.replace('.', "[.]"));
        let all = counters(admin, &filter).await?;
        let sum = |ends: &[&str]| {
            let counted = all.iter().filter(|(name, _)| ends.iter().any(|end| name.ends_with(end)));
            counted.map(|(_, count)| count).sum()
        };
        Ok(Self {
            requests: sum(&["_rq_total"]),
            not_2xx: sum(&["_rq_1xx", "_rq_3xx", "_rq_4xx", "_rq_5xx"]),
            delivered: sum(&["spillway.events_delivered"]),
            dropped: sum(&["spillway.events_dropped"]),
        })
    }

    /// What came since an earlier reading.
    #[must_use]
    pub fn since(self, earlier: Self) -> Self {
        Self {
            requests: self.requests.saturating_sub(earlier.requests),
            not_2xx: self.not_2xx.saturating_sub(earlier.not_2xx),
            delivered: self.delivered.saturating_sub(earlier.delivered),
            dropped: self.dropped.saturating_sub(earlier.dropped),
        }
    }
}

/// Waits until the event of each request since `base` is at the ledger, so that no round pays for another's.
///
/// # Errors
/// Events were lost, or some are still under way after [`PATIENCE`].
pub async fn until_delivered(admin: SocketAddr, base: Counts) -> Result<Counts, Failure> {
    until(admin, base, |new| new.requests).await
}

/// Waits until as many events as `wanted` says, of what came since `base`, are at the ledger.
///
/// # Errors
/// As for [`until_delivered`].
pub async fn until(
    admin: SocketAddr,
    base: Counts,
    wanted: impl Fn(Counts) -> u64,
) -> Result<Counts, Failure> {
    let began = Instant::now();
    loop {
        let new = Counts::read(admin, super::running::GATEWAY).await?.since(base);
        let wanted = wanted(new);
        if new.dropped > 0 {
            return Err(format!("the gateway lost {} events for the ledger, of {wanted}", new.dropped));
        }
        if new.delivered >= wanted {
            return Ok(new);
        }
        if began.elapsed() > PATIENCE {
            return Err(format!("{} of {wanted} events are at the ledger after {PATIENCE:?}", new.delivered));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// A gauge whose name ends so.
///
/// # Errors
/// Envoy does not answer, or has none.
pub async fn gauge(admin: SocketAddr, name: &str) -> Result<u64, Failure> {
    let all = counters(admin, &format!("{}$", name.replace('.', "[.]"))).await?;
    all.values().next().copied().ok_or_else(|| format!("Envoy has no gauge {name}"))
}

async fn counters(admin: SocketAddr, filter: &str) -> Result<BTreeMap<String, u64>, Failure> {
    let path = format!("/stats?filter={}", escaped(filter));
    let ask = Ask { method: "GET".to_owned(), path, ..Ask::default() };
    let answer = client::send(admin, &ask).await?;
    if answer.status != 200 {
        return Err(format!("Envoy's {}: HTTP {}: {}", ask.path, answer.status, answer.text()));
    }
    Ok(parse(&answer.text()))
}

fn parse(stats: &str) -> BTreeMap<String, u64> {
    let pairs = stats.lines().filter_map(|line| line.rsplit_once(": "));
    pairs.filter_map(|(name, count)| Some((name.to_owned(), count.parse().ok()?))).collect()
}

/// For a query: whatever is not plainly a name's letter, as its code.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Counts, escaped, parse};

    #[test]
    fn counters_are_lines() {
        let counters = parse("http.gateway.downstream_rq_total: 12\nsome.text: \"x\"\n");
        assert_eq!(
            counters.into_iter().collect::<Vec<_>>(),
            [("http.gateway.downstream_rq_total".to_owned(), 12)]
        );
    }

    #[test]
    fn a_filter_survives_the_query() {
        assert_eq!(escaped("^(a|b.c)$"), "%5E%28a%7Cb.c%29%24");
    }

    #[test]
    fn what_is_new() {
        let before = Counts { requests: 3, not_2xx: 1, delivered: 2, dropped: 0 };
        let now = Counts { requests: 10, not_2xx: 1, delivered: 9, dropped: 0 };
        assert_eq!(now.since(before), Counts { requests: 7, not_2xx: 0, delivered: 7, dropped: 0 });
    }
}
