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

/// Of each side, after one that does not count: of a round's requests the median is taken.
const ROUNDS: usize = 9;
/// Of each side in a round. A stream takes 200 ms.
const REQUESTS: usize = 9;
/// Where the content of the first event begins that has any.
const CONTENT: &[u8] = b"\"content\":\"word";
const SIDES: [&str; 3] = [PLAIN, FLOOR, ALL];

/// One line for each side: its name, the time to the first content, and how much more that is than plain Envoy's of the
/// same turn, in microseconds.
pub type Lines = Vec<(&'static str, Spread, Spread)>;

struct Side {
    name: &'static str,
    connection: Connection,
    /// Of each round, its requests' times in microseconds.
    rounds: Vec<Vec<f64>>,
}

/// Measures, where these sides and such a load are among what is to be measured.
///
/// # Errors
/// An answer was no stream of content.
pub async fn run(setup: &Setup) -> Result<Lines, Failure> {
    let Some(load) = LOADS.iter().find(|load| load.model == PACED) else { return Ok(Lines::new()) };
    let mut sides = Vec::new();
    for name in SIDES {
        if let Ok(side) = setup.side(name) {
            let connection = Connection::open(side.address, None).await?;
            sides.push(Side { name, connection, rounds: Vec::new() });
        }
    }
    let ask = ask(load)?;
    for _ in 0..=ROUNDS {
        round(&mut sides, &ask).await?;
    }
    for side in &mut sides {
        side.rounds.remove(0);
    }
    let plain = sides.first().map(|side| side.rounds.clone()).unwrap_or_default();
    Ok(sides.iter().map(|side| (side.name, of_rounds(&side.rounds), added(&side.rounds, &plain))).collect())
}

/// One round: the sides take turns, request by request.
async fn round(sides: &mut [Side], ask: &Ask) -> Result<(), Failure> {
    for side in &mut *sides {
        side.rounds.push(Vec::with_capacity(REQUESTS));
    }
    for _ in 0..REQUESTS {
        for side in &mut *sides {
            let took = side.connection.time_to(ask, CONTENT).await;
            let took = took.map_err(|error| format!("`{}`: {error}", side.name))?;
            side.rounds.last_mut().into_iter().for_each(|round| round.push(microseconds(took)));
        }
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
