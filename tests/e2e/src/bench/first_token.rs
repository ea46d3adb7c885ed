//! The time until the first content of a stream, which wrk does not tell: one connection to each side, one request after
//! the other, in turns.

use std::time::Duration;

use super::loads::{LOADS, Load, PACED};
use super::running::{KEY, PATH};
use super::setup::Setup;
use super::sides::{ALL, FLOOR, PLAIN};
use super::spread::Spread;
use crate::Failure;
use crate::client::{Ask, Connection};

/// Requests of each side. A stream takes 200 ms.
const REQUESTS: usize = 40;
/// Before those that count.
const WARM_UP: usize = 3;
/// Where the content of the first event begins that has any.
const CONTENT: &[u8] = b"\"content\":\"word";
const SIDES: [&str; 3] = [PLAIN, FLOOR, ALL];

/// One line for each side: its name, the time to the first content, and how much more that is than plain Envoy's of the
/// same turn, in microseconds.
pub type Lines = Vec<(&'static str, Spread, Spread)>;

/// Measures, where these sides and such a load are among what is to be measured.
///
/// # Errors
/// An answer was no stream of content.
pub async fn run(setup: &Setup) -> Result<Lines, Failure> {
    let Some(load) = LOADS.iter().find(|load| load.model == PACED) else { return Ok(Lines::new()) };
    let mut connections = Vec::new();
    for name in SIDES {
        if let Ok(side) = setup.side(name) {
            connections.push((name, Connection::open(side.address, None).await?, Vec::new()));
        }
    }
    let ask = ask(load)?;
    for number in 0..WARM_UP + REQUESTS {
        for (name, connection, times) in &mut connections {
            let took =
                connection.time_to(&ask, CONTENT).await.map_err(|error| format!("`{name}`: {error}"))?;
            if number >= WARM_UP {
                times.push(microseconds(took));
            }
        }
    }
    let plain = connections.first().map(|(.., times)| times.clone()).unwrap_or_default();
    let line = |(name, _, times): &(&'static str, Connection, Vec<f64>)| {
        let more = times.iter().zip(&plain).map(|(one, plain)| one - plain);
        (*name, Spread::of(times.iter().copied()).unwrap_or_default(), Spread::of(more).unwrap_or_default())
    };
    Ok(connections.iter().map(line).collect())
}

fn ask(load: &Load) -> Result<Ask, Failure> {
    Ok(Ask::post(PATH, KEY, &load.body()?))
}

fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
