//! Asks for what people look at.

use std::time::{Duration, Instant};

use super::events::Events;
use super::side::Side;
use super::visitor::Visitor;
use crate::Failure;

/// How often each is asked for.
const TIMES: usize = 11;

/// The monitor's pages over each stretch of time, without and with each filter, and the queries of the interface.
/// `{key}` is the hash of a key, `{id}` a request's id, `{from}` and `{to}` are days.
const PAGES: [&str; 36] = [
    "/ui?range=24h",
    "/ui?range=7d",
    "/ui?range=30d",
    "/ui?range=90d",
    "/ui/spend?range=24h",
    "/ui/spend?range=7d",
    "/ui/spend?range=90d",
    "/ui/spend?range=7d&model=gpt-5",
    "/ui/spend?range=7d&team=team-7",
    "/ui/spend?range=7d&key={key}",
    "/ui/spend?range=7d&tag=app-3",
    "/ui/spend?range=90d&model=gpt-5",
    "/ui/spend?range=90d&team=team-7",
    "/ui/spend?range=90d&key={key}",
    "/ui/spend?range=90d&tag=app-3",
    "/ui/spend?range=90d&team=team-7&model=gpt-5",
    "/ui/traffic?range=7d",
    "/ui/traffic?range=90d",
    "/ui/guardrails?range=7d",
    "/ui/guardrails?range=90d",
    "/ui/guardrails?range=90d&team=team-7",
    "/ui/requests?range=90d",
    "/ui/requests?range=90d&model=gpt-5",
    "/ui/requests?range=90d&team=team-7&status=failure",
    "/ui/requests?range=90d&key={key}",
    "/ui/requests?range=90d&tag=app-3",
    "/ui/requests?range=90d&status=failure",
    "/ui/requests?range=90d&action=blocked",
    "/ui/requests/{id}",
    "/spend/logs?page_size=50",
    "/spend/logs?page_size=50&api_key={key}",
    "/global/spend/report?start_date={from}&end_date={to}&group_by=team",
    "/global/spend/report?start_date={from}&end_date={to}&group_by=model",
    "/guardrails/usage/overview",
    "/guardrails/usage/logs?guardrail_id=secrets&action=blocked",
    "/guardrails/usage/logs?guardrail_id=secrets",
];

/// How long a page took.
#[derive(Clone, Debug)]
pub struct Timed {
    /// Its path.
    pub path: String,
    /// Half of the times were shorter.
    pub median: Duration,
    /// The longest.
    pub longest: Duration,
}

/// Asks for each, one after the other: about a request and the days from one to another, all of which have rows.
///
/// # Errors
/// One was not answered.
pub async fn ask_all(side: &Side, request: &str, days: [&str; 2]) -> Result<Vec<Timed>, Failure> {
    let mut visitor = Visitor::login(side).await?;
    let mut timed = Vec::new();
    for path in PAGES {
        let asked = path
            .replace("{key}", &Events::key_hash(42))
            .replace("{id}", request)
            .replace("{from}", days[0])
            .replace("{to}", days[1]);
        let mut times = Vec::new();
        for _ in 0..TIMES {
            let began = Instant::now();
            visitor.look_at(&asked).await?;
            times.push(began.elapsed());
        }
        times.sort();
        let at = |place: usize| times.get(place).copied().unwrap_or_default();
        timed.push(Timed { path: path.to_owned(), median: at(TIMES / 2), longest: at(TIMES - 1) });
    }
    Ok(timed)
}
