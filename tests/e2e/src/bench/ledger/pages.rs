//! Asks for what people look at.

use std::time::{Duration, Instant};

use super::side::Side;
use crate::Failure;

/// How often each is asked for.
const TIMES: usize = 21;

/// What people look at: the queries of the interface.
const PAGES: [&str; 6] = [
    "/spend/logs?page_size=50",
    "/spend/logs?page_size=50&api_key=bench&status=failure",
    "/guardrails/usage/overview",
    "/guardrails/usage/logs?guardrail_id=secrets&action=blocked",
    "/guardrails/usage/logs?guardrail_id=secrets",
    "/key/list",
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

/// Asks for each, one after the other.
///
/// # Errors
/// One was not answered.
pub async fn ask_all(side: &Side) -> Result<Vec<Timed>, Failure> {
    let mut timed = Vec::new();
    for path in PAGES {
        let mut times = Vec::new();
        for _ in 0..TIMES {
            let began = Instant::now();
            side.ask(path).await?;
            times.push(began.elapsed());
        }
        times.sort();
        let at = |place: usize| times.get(place).copied().unwrap_or_default();
        timed.push(Timed { path: path.to_owned(), median: at(TIMES / 2), longest: at(TIMES - 1) });
    }
    Ok(timed)
}
