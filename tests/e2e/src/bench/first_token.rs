//! The time until the first content of a stream, which wrk does not tell: one connection to each side, one request after
//! the other.

use std::time::Duration;

use super::loads::{LOADS, Load, PACED, STREAM};
use super::running::{KEY, PATH};
use super::setup::Setup;
use super::sides::{ALL, FLOOR, PLAIN};
use super::spread::Spread;
use crate::Failure;
use crate::client::{Ask, Connection};

/// Of each side, after one that does not count: of a round's requests the median is taken.
const ROUNDS: usize = 9;
/// Where the content of the first event begins that has any.
const CONTENT: &[u8] = b"\"content\":\"word";
const SIDES: [&str; 3] = [PLAIN, FLOOR, ALL];

/// How requests follow each other.
struct Pace {
    load: &'static str,
    /// As tables name it.
    about: &'static str,
    /// Requests of a side in a round.
    requests: usize,
    /// So many of a side's in a row; then it is the next side's turn.
    in_a_row: usize,
}

/// A stream whose events are a millisecond apart takes 200 ms. So in turns, a side has been idle for 600 ms before each of
/// its requests, and other processes have had the caches; where all events come at once and one request follows the
/// other, it has had none to be idle.
const PACES: [Pace; 2] = [
    Pace { load: PACED, about: "0.6 s after the last", requests: 9, in_a_row: 1 },
    Pace { load: STREAM, about: "right after the last", requests: 200, in_a_row: 200 },
];

/// A side at one pace.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// How requests follow each other.
    pub about: &'static str,
    /// Its name.
    pub side: &'static str,
    /// Microseconds to the first content.
    pub time: Spread,
    /// How many more these are than plain Envoy's of the same turn.
    pub added: Spread,
}

struct Side {
    name: &'static str,
    connection: Connection,
    /// Of each round, its requests' times in microseconds.
    rounds: Vec<Vec<f64>>,
}

/// Measures, where these sides are among what is to be measured.
///
/// # Errors
/// An answer was no stream of content.
pub async fn run(setup: &Setup) -> Result<Vec<Line>, Failure> {
    let mut lines = Vec::new();
    for pace in &PACES {
        lines.extend(at(setup, pace).await?);
    }
    Ok(lines)
}

async fn at(setup: &Setup, pace: &Pace) -> Result<Vec<Line>, Failure> {
    let load = LOADS.iter().find(|load| load.name == pace.load);
    let ask = ask(load.ok_or_else(|| format!("no load `{}`", pace.load))?)?;
    let mut sides = Vec::new();
    for name in SIDES {
        if let Ok(side) = setup.side(name) {
            let connection = Connection::open(side.address, None).await?;
            sides.push(Side { name, connection, rounds: Vec::new() });
        }
    }
    for _ in 0..=ROUNDS {
        round(&mut sides, &ask, pace).await?;
    }
    for side in &mut sides {
        side.rounds.remove(0);
    }
    let plain = sides.first().map(|side| side.rounds.clone()).unwrap_or_default();
    let line = |side: &Side| Line {
        about: pace.about,
        side: side.name,
        time: of_rounds(&side.rounds),
        added: added(&side.rounds, &plain),
    };
    Ok(sides.iter().map(line).collect())
}

/// One round: the sides take turns.
async fn round(sides: &mut [Side], ask: &Ask, pace: &Pace) -> Result<(), Failure> {
    for side in &mut *sides {
        side.rounds.push(Vec::with_capacity(pace.requests));
    }
    for _ in 0..pace.requests / pace.in_a_row {
        for side in &mut *sides {
            turn(side, ask, pace.in_a_row).await.map_err(|error| format!("`{}`: {error}", side.name))?;
        }
    }
    Ok(())
}

async fn turn(side: &mut Side, ask: &Ask, requests: usize) -> Result<(), Failure> {
    for _ in 0..requests {
        let took = side.connection.time_to(ask, CONTENT).await?;
        side.rounds.last_mut().into_iter().for_each(|round| round.push(microseconds(took)));
    }
    Ok(())
}

/// What each round's median comes to.
fn of_rounds(rounds: &[Vec<f64>]) -> Spread {
    let medians = rounds.iter().filter_map(|round| Spread::of(round.iter().copied()));
    Spread::of(medians.map(|round| round.median)).unwrap_or_default()
}

/// The same of what each request took more than plain Envoy's of its turn.
fn added(rounds: &[Vec<f64>], plain: &[Vec<f64>]) -> Spread {
    let more = |(round, plain): (&Vec<f64>, &Vec<f64>)| {
        round.iter().zip(plain).map(|(one, plain)| one - plain).collect::<Vec<_>>()
    };
    of_rounds(&rounds.iter().zip(plain).map(more).collect::<Vec<_>>())
}

fn ask(load: &Load) -> Result<Ask, Failure> {
    Ok(Ask::post(PATH, KEY, &load.body()?))
}

fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

#[cfg(test)]
mod tests {
    use super::{Spread, added, of_rounds};

    #[test]
    fn a_round_counts_by_its_median_and_what_is_added_turn_by_turn() {
        let plain = [vec![10.0, 900.0, 30.0], vec![20.0, 20.0, 20.0]];
        let all = [vec![15.0, 907.0, 36.0], vec![29.0, 21.0, 24.0]];
        let spread = |median, least, most| Spread { median, least, most };
        assert_eq!(of_rounds(&plain), spread(25.0, 20.0, 30.0));
        assert_eq!(added(&all, &plain), spread(5.0, 4.0, 6.0));
        assert_eq!(of_rounds(&[]), Spread::default());
    }
}
