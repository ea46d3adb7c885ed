//! Whether a scenario did what it says: one that failed would be cheap, and a figure of nothing.

use serde_json::Value;
use spillway_filter::event::Batch;

use crate::exchange::Exchange;
use crate::play::status;
use crate::scenario::Expected;

/// Checks what was asked of the provider, and what the client got.
pub fn exchange(exchange: &Exchange, expected: &Expected) -> Result<(), String> {
    let got = exchange.reply.as_ref().map_or(&exchange.sent, |reply| &reply.body);
    let got = String::from_utf8_lossy(got);
    let found = status(exchange);
    if found != expected.status {
        return Err(format!("the client is told {found} instead of {}: {got}", expected.status));
    }
    let (text, times) = expected.text;
    let found = got.matches(text).count();
    if found != times {
        return Err(format!("the client gets \"{text}\" {found} times instead of {times}: {got}"));
    }
    let found = if exchange.reply.is_some() { None } else { asked(exchange) };
    let wanted = expected.asked.map(|(path, model)| (path.to_owned(), model.to_owned()));
    if found != wanted {
        return Err(format!("the provider is asked for {found:?} instead of {wanted:?}"));
    }
    Ok(())
}

/// Path and model of the request as it went on.
fn asked(exchange: &Exchange) -> Option<(String, String)> {
    let (_, path) = exchange.request.iter().find(|(name, _)| name == ":path")?;
    let body: Value = serde_json::from_slice(&exchange.request_body).ok()?;
    let model = body.get("model")?.as_str()?;
    Some((String::from_utf8_lossy(path).into_owned(), model.to_owned()))
}

/// Checks what the ledger was told of so many requests.
pub fn events(batches: &[Vec<u8>], expected: &Expected, requests: usize) -> Result<(), String> {
    let wanted = if expected.event { requests } else { 0 };
    let mut found = 0;
    for batch in batches {
        let batch: Batch = serde_json::from_slice(batch).map_err(|error| format!("a batch: {error}"))?;
        for event in batch.events {
            found += 1;
            let answered = event.usage.output > 0 && event.cost_nanodollars > 0 && event.attempts.len() == 1;
            if event.http_status != expected.status || answered != expected.asked.is_some() {
                return Err(format!("the ledger is told something else: {event:?}"));
            }
            if event.guardrail_information.is_empty() {
                return Err("no guardrail looked at the request".to_owned());
            }
        }
    }
    if found != wanted {
        return Err(format!("the ledger is told of {found} requests instead of {wanted}"));
    }
    Ok(())
}
