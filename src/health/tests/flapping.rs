//! A deployment that comes and goes, and clients that use it, by a clock of their own.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::random::SplitMix;

const CLIENTS: usize = 12;
const TICKS: u64 = 30_000;
/// From here on the deployment answers.
const CALM: u64 = 25_000;
/// For how long a probe is one client's own: longer than any of its tries.
const PROBE_MS: u64 = 60;

enum Client {
    Idle,
    /// Has read the board, and will act by it.
    Decided {
        at: u64,
        board: Board,
    },
    Trying {
        until: u64,
        probe: bool,
    },
}

struct World<'a> {
    shared: &'a Watched<'a>,
    cooldown: Cooldown,
    random: SplitMix,
    up: bool,
    probing: usize,
    probes: u64,
    /// The provider asked for silence until then.
    silent_until: u64,
}

impl World<'_> {
    fn step(&mut self, client: Client, tick: u64) -> Client {
        match client {
            Client::Idle if self.random.below(20) == 0 => {
                let at = tick + self.random.below(3);
                Client::Decided { at, board: Board::load(self.shared) }
            }
            Client::Decided { at, board } if at <= tick => self.begin(&board, tick),
            Client::Trying { until, probe } if until <= tick => {
                self.end(probe, tick);
                Client::Idle
            }
            waiting => waiting,
        }
    }

    fn begin(&mut self, board: &Board, tick: u64) -> Client {
        let now_ms = NOW + tick;
        let probe = match board.standing(ID, now_ms) {
            Standing::Well => false,
            Standing::Due if claim(self.shared, ID, PROBE_MS, now_ms) => {
                assert!(tick >= self.silent_until, "a probe at {tick}, before {}", self.silent_until);
                self.probing += 1;
                self.probes += 1;
                assert_eq!(self.probing, 1, "one probe, not a herd");
                true
            }
            Standing::Due | Standing::Cooled { .. } => return Client::Idle,
        };
        Client::Trying { until: tick + 1 + self.random.below(50), probe }
    }

    fn end(&mut self, probe: bool, tick: u64) {
        let now_ms = NOW + tick;
        self.probing -= usize::from(probe);
        if probe && self.random.below(4) == 0 {
            release(self.shared, ID, now_ms);
        } else if self.up {
            succeeded(self.shared, ID, &self.cooldown, probe, now_ms);
        } else {
            let cause =
                [Cause::ServerError, Cause::RateLimit, Cause::Connection][self.random.below(3) as usize];
            let wait = (cause == Cause::RateLimit).then(|| 100 + self.random.below(900));
            let failure = Failure { cause, retry_after_ms: wait, probe };
            let cooled = failed(self.shared, ID, &self.cooldown, &failure, now_ms);
            assert!(cooled || !(probe || wait.is_some()), "{failure:?}");
            self.silent_until = self.silent_until.max(tick + wait.unwrap_or(0));
        }
    }
}

#[test]
fn one_probe_at_a_time_silence_is_kept_and_it_comes_back() {
    for seed in 0..4 {
        let memory = Memory::default();
        let shared = Watched::new(&memory, 0, &|_| ());
        let cooldown = Cooldown { length_ms: 500, ..cooldown() };
        let random = SplitMix(seed);
        let mut world =
            World { shared: &shared, cooldown, random, up: true, probing: 0, probes: 0, silent_until: 0 };
        let mut clients: Vec<Client> = (0..CLIENTS).map(|_| Client::Idle).collect();
        for tick in 0..TICKS {
            if tick >= CALM {
                world.up = true;
            } else if world.random.below(700) == 0 {
                world.up = !world.up;
            }
            clients = clients.into_iter().map(|client| world.step(client, tick)).collect();
        }
        assert!(world.probes > 10, "{}: it was cooled now and then", world.probes);
        assert_eq!(standing(&memory, NOW + TICKS), Standing::Well, "it came back");
        assert_eq!(shared.keys.borrow().len(), 2, "the board and the counts");
        assert_eq!(memory.load("health/board").0.map(|value| value.len()), Some(1), "the board is empty");
    }
}
