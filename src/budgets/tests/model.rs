//! Several gateways and a ledger, with everything between them late, twice and out of order.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::memory::Memory;

const HOUR: u64 = 3_600_000;
const GATEWAYS: usize = 3;

/// One event that some gateway sent: at most once in the sums, whatever often it arrives.
#[derive(Clone, Copy)]
struct Sent {
    id: u64,
    gateway: usize,
    period_ms: u64,
    cost: u64,
}

/// The ledger's sums, by period and by period and gateway.
#[derive(Default)]
struct Ledger {
    stored: BTreeSet<u64>,
    total: BTreeMap<u64, u64>,
    own: BTreeMap<(u64, usize), u64>,
}

impl Ledger {
    fn store(&mut self, sent: Sent) {
        if self.stored.insert(sent.id) {
            *self.total.entry(sent.period_ms).or_default() += sent.cost;
            *self.own.entry((sent.period_ms, sent.gateway)).or_default() += sent.cost;
        }
    }

    fn total(&self, period_ms: u64) -> u64 {
        self.total.get(&period_ms).copied().unwrap_or_default()
    }

    fn balance(&self, period_ms: u64, gateway: usize) -> Balance {
        let own = self.own.get(&(period_ms, gateway)).copied().unwrap_or_default();
        balance(KEY, period_ms, self.total(period_ms), own)
    }
}

#[derive(Default)]
struct Gateway {
    memory: Memory,
    open: Vec<(Reservation, u64)>,
    /// Balances on their way to it.
    answers: Vec<Balance>,
    /// The greatest total that it was told, and the greatest share of the others, by period.
    told: BTreeMap<u64, (u64, u64)>,
    /// Whether its memory ever forgot the scope.
    forgot: bool,
}

impl Gateway {
    fn learn(&mut self, balance: &Balance, now_ms: u64) {
        learn(&self.memory, std::slice::from_ref(balance), now_ms);
        let others = balance.total_nanodollars - balance.own_nanodollars;
        let (total, most) = self.told.entry(balance.period_ms).or_default();
        (*total, *most) = ((*total).max(balance.total_nanodollars), (*most).max(others));
    }

    /// Gives the scope's slot to another scope, if it may be.
    fn forget(&mut self, now_ms: u64) {
        let held = Held::find(&self.memory, slot::hash(KEY), 0, now_ms).unwrap();
        if held.account.touched_ms() > 0 && held.account.is_idle(now_ms) {
            self.memory = Memory::default();
            self.told.clear();
            self.forgot = true;
        }
    }
}

struct World {
    random: SplitMix,
    now_ms: u64,
    budget: Budget,
    gateways: Vec<Gateway>,
    ledger: Ledger,
    /// Events on their way to the ledger.
    events: Vec<Sent>,
    /// What everybody did spend, by period; and by period and gateway.
    truth: Ledger,
    ids: u64,
}

impl World {
    fn new(seed: u64, duration: Option<&str>) -> Self {
        let duration = duration.map(str::to_owned);
        Self {
            random: SplitMix(seed),
            now_ms: NOW,
            budget: Budget { duration, ..max(u64::MAX) },
            gateways: (0..GATEWAYS).map(|_| Gateway::default()).collect(),
            ledger: Ledger::default(),
            events: Vec::new(),
            truth: Ledger::default(),
            ids: 0,
        }
    }

    fn period_ms(&self) -> u64 {
        let duration = self.budget.duration.as_deref();
        duration.map_or(0, |duration| Every::parse(duration).unwrap().start_ms(self.now_ms))
    }

    fn pick(&mut self, length: usize) -> usize {
        usize::try_from(self.random.below(length as u64)).unwrap()
    }

    fn step(&mut self) {
        let gateway = self.pick(GATEWAYS);
        match self.random.below(20) {
            0..5 => self.begin(gateway),
            5..10 => self.end(gateway),
            10..13 => self.deliver(),
            13..15 => self.answer(gateway),
            15..18 => self.tell(gateway),
            18 => self.now_ms += self.random.below(20 * 60_000),
            _ => self.pause(gateway),
        }
        self.check();
    }

    fn begin(&mut self, index: usize) {
        let cost = self.random.below(1_000);
        let gateway = &mut self.gateways[index];
        gateway.open.push((granted(ask(&gateway.memory, &self.budget, 1, self.now_ms)), cost));
    }

    fn end(&mut self, index: usize) {
        let Some((reservation, cost)) = self.gateways[index].open.pop() else { return };
        assert!(reservation.settle(&self.gateways[index].memory, cost, self.now_ms));
        for charge in reservation.charges() {
            self.ids += 1;
            let sent = Sent { id: self.ids, gateway: index, period_ms: charge.period_ms, cost };
            self.truth.store(sent);
            self.events.push(sent);
        }
    }

    /// Some event arrives; one in four arrives again later.
    fn deliver(&mut self) {
        if self.events.is_empty() {
            return;
        }
        let index = self.pick(self.events.len());
        self.ledger.store(self.events[index]);
        if self.random.below(4) > 0 {
            self.events.swap_remove(index);
        }
    }

    /// The ledger answers as things stand; the answer arrives some time.
    fn answer(&mut self, index: usize) {
        let balance = self.ledger.balance(self.period_ms(), index);
        self.gateways[index].answers.push(balance);
    }

    fn tell(&mut self, index: usize) {
        if self.gateways[index].answers.is_empty() {
            return;
        }
        let answer = self.pick(self.gateways[index].answers.len());
        let gateway = &mut self.gateways[index];
        let balance = gateway.answers.swap_remove(answer);
        gateway.learn(&balance, self.now_ms);
    }

    /// Now and then a gateway has nothing to do for so long that its slot may be given away; for a day, even if
    /// the ledger has not heard of all that it spent.
    fn pause(&mut self, index: usize) {
        if self.random.below(3) > 0 {
            return;
        }
        while !self.gateways[index].open.is_empty() {
            self.end(index);
        }
        self.now_ms += if self.random.below(4) == 0 { 24 * HOUR } else { HOUR };
        let now_ms = self.now_ms;
        self.gateways[index].forget(now_ms);
    }

    fn check(&self) {
        let period = self.period_ms();
        for (index, gateway) in self.gateways.iter().enumerate() {
            let believed = spent(&gateway.memory, KEY, period, self.now_ms);
            let (total, others) = gateway.told.get(&period).copied().unwrap_or_default();
            assert!(believed >= total, "{believed} is less than the {total} that the ledger told");
            assert!(believed <= self.truth.total(period), "more than all did spend");
            if !gateway.forgot {
                let own = self.truth.balance(period, index).own_nanodollars;
                assert_eq!(believed, others + own, "what the others spent, as told, and its own");
            }
        }
    }

    /// Everything ends and arrives, and each gateway is told.
    fn settle_down(&mut self) {
        for index in 0..GATEWAYS {
            while !self.gateways[index].open.is_empty() {
                self.end(index);
            }
        }
        std::mem::take(&mut self.events).into_iter().for_each(|event| self.ledger.store(event));
        for index in 0..GATEWAYS {
            self.answer(index);
            while !self.gateways[index].answers.is_empty() {
                self.tell(index);
                self.check();
            }
        }
        let period = self.period_ms();
        for gateway in &self.gateways {
            assert_eq!(spent(&gateway.memory, KEY, period, self.now_ms), self.truth.total(period));
        }
    }
}

#[test]
fn no_gateway_believes_less_than_it_was_told_nor_more_than_is_true() {
    let mut forgot = 0;
    for duration in [None, Some("1h"), Some("1d"), Some("7m")] {
        for seed in 0..25 {
            let mut world = World::new(seed, duration);
            for _ in 0..4 {
                for _ in 0..200 {
                    world.step();
                }
                world.settle_down();
            }
            forgot += world.gateways.iter().filter(|gateway| gateway.forgot).count();
        }
    }
    assert!(forgot > 200, "memories forget in this test: {forgot} did");
}
