//! One gateway: what `spillway render` configured, the memory that its workers share, and the time.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use spillway_filter::config::Role;
use spillway_filter::exchange::Step;
use spillway_filter::exchange::admission::{self, Admission, Setup};
use spillway_filter::exchange::attempt::{self, Attempt, Deployments};
use spillway_filter::exchange::lookups::LookupOutcome;
use spillway_filter::guardrails::KNOWN_TEXTS;
use spillway_filter::keys::Asked;
use spillway_filter::memory::Memory;
use spillway_filter::random::Random;

use crate::books::Books;

/// When all begins: 2026-01-01, in microseconds since the epoch.
const BEGIN_US: u64 = 1_767_225_600_000_000;
/// From one input to the next, in microseconds.
const INPUT_US: u64 = 100;
/// Where a plugin configuration begins in what `spillway render` writes.
const VALUE: &str = "value: |-";

/// Both roles, ready for requests.
pub struct Gateway {
    setup: Rc<Setup>,
    deployments: BTreeMap<String, Rc<Deployments>>,
    memory: Rc<Memory>,
    /// What requests leave: events and counters.
    pub books: Books,
    now_us: Cell<u64>,
    random: RefCell<Random>,
    requests: u64,
}

impl Gateway {
    /// The gateway of an Envoy configuration that `spillway render` wrote, which knows as few texts as may be.
    pub fn of(rendered: &str, texts_are_known: bool) -> Result<Self, String> {
        let (mut setup, mut deployments) = (None, BTreeMap::new());
        let mut most_bytes = 0;
        for text in configurations(rendered) {
            match serde_json::from_str(&text).map_err(|error| format!("a plugin configuration: {error}"))? {
                Role::Admission(mut settings) => {
                    if texts_are_known {
                        settings.known_texts = KNOWN_TEXTS;
                    }
                    most_bytes = u64::from(settings.delivery.outbox_bytes);
                    setup = Some(Setup::new(*settings, Some([1, 2])).map_err(|error| error.to_string())?);
                }
                Role::Attempt(settings) => {
                    deployments.insert(settings.id.clone(), Rc::new(Deployments::own(*settings)));
                }
                Role::Attempts(_) => return Err("this is rendered for an older Envoy".to_owned()),
            }
        }
        let memory = Rc::new(Memory::default());
        Ok(Self {
            setup: Rc::new(setup.ok_or("there is no configuration of the admission role")?),
            deployments,
            books: Books::new(Rc::clone(&memory), most_bytes),
            memory,
            now_us: Cell::new(BEGIN_US),
            random: RefCell::new(Random::seeded([1, 2, 3, 4])),
            requests: 0,
        })
    }

    /// Takes a request.
    pub fn admission(&mut self) -> Admission {
        self.requests += 1;
        let id = format!("019b7654-0000-7000-8000-{:012x}", self.requests);
        Admission::new(Rc::clone(&self.setup), id)
    }

    /// A try at a deployment.
    pub fn attempt(&self, deployment: &str) -> Result<Attempt, String> {
        let deployments = self.deployments.get(deployment);
        let deployments = deployments.ok_or_else(|| format!("there is no deployment {deployment}"))?;
        Ok(Attempt::new(Rc::clone(deployments)))
    }

    /// Gives an input to a request.
    pub fn admit(&self, machine: &mut Admission, input: &admission::Input<'_>) -> Step {
        let now = self.pass();
        let now = || now;
        let dice = self.random.borrow_mut().draw();
        machine.on(input, &admission::Moment { now: &now, clock: &now, dice, shared: &*self.memory })
    }

    /// Gives an input to a try.
    pub fn attempt_on(&self, machine: &mut Attempt, input: &attempt::Input<'_>) -> Step {
        let now = self.pass();
        machine.on(input, &attempt::Moment { now: &|| now, shared: &*self.memory })
    }

    /// What the ledger says of a key that is not in the gateway's file: there is none.
    pub fn look_up(&self, hash: &str) -> Result<LookupOutcome, String> {
        let now_ms = self.now_us.get() / 1_000;
        let asked = Asked::now(&*self.memory, now_ms);
        self.setup.looked_up(&*self.memory, hash, &asked, Some(b"{}"), now_ms)
    }

    /// Delivers what waits to a ledger that takes everything; returns what it was posted.
    pub fn deliver(&mut self) -> Vec<Vec<u8>> {
        self.books.deliver(self.pass() / 1_000)
    }

    /// Some time passes; returns what time it is then.
    fn pass(&self) -> u64 {
        self.now_us.set(self.now_us.get() + INPUT_US);
        self.now_us.get()
    }
}

/// The plugin configurations in an Envoy configuration: blocks of JSON.
fn configurations(rendered: &str) -> Vec<String> {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let lines: Vec<&str> = rendered.lines().collect();
    let heads = lines.iter().enumerate().filter(|(_, line)| line.trim() == VALUE);
    let blocks = heads.map(|(at, head)| {
        let inside = |line: &&&str| line.trim().is_empty() || depth(line) > depth(head);
        lines.iter().skip(at + 1).take_while(inside).copied().collect::<Vec<_>>().join("\n")
    });
    blocks.filter(|block| block.trim_start().starts_with('{')).collect()
}
