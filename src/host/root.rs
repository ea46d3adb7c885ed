//! One root context per plugin configuration and worker: it takes the configuration, makes a machine for each
//! request, and, in the admission role, flushes the outbox.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use proxy_wasm::hostcalls;
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{BufferType, ContextType};

use super::admission::AdmissionHost;
use super::attempt::AttemptHost;
use super::changes::Changes;
use super::cooldowns::Cooldowns;
use super::deadline::Deadlines;
use super::desk::Desk;
use super::guard::{self, Guarded, contained};
use super::ledger::Answer;
use super::lookups::Lookups;
use super::memory::SharedData;
use super::meters;
use super::outbox::Courier;
use super::rate_service;
use super::state;
use super::vm;
use crate::config::{AdmissionSettings, Role};
use crate::exchange::admission::Setup;
use crate::exchange::attempt::Deployments;
use crate::keys;

/// How often the outbox is looked at, and whether it is this worker's turn to ask what changed, and to tell what is
/// cooled.
pub const TICK: Duration = Duration::from_millis(100);

/// For how long a root that Envoy is done with waits for services that are asked or told something, in microseconds: a
/// little longer than the longest `timeout`.
const LAST_CALLS_US: u64 = 65_000_000;
/// For how long it then goes on delivering, in microseconds.
const FAREWELL_US: u64 = 5_000_000;

/// For the log.
const ROLE: &str = "root";

/// Before it is configured, a root serves nothing.
#[derive(Default)]
pub struct Root {
    role: Option<Configured>,
}

enum Configured {
    Admission(Requests),
    Attempt { deployments: Rc<Deployments>, deadlines: Rc<Deadlines> },
}

impl Configured {
    fn attempt(deployments: Deployments) -> Self {
        Self::Attempt { deployments: Rc::new(deployments), deadlines: Rc::default() }
    }
}

/// What the requests of one root share.
struct Requests {
    setup: Rc<Setup>,
    desk: Rc<Desk>,
    lookups: Rc<Lookups>,
    changes: Changes,
    cooldowns: Cooldowns,
    /// When the next regular look is due, in microseconds since the epoch: ticks may come sooner.
    due_us: Cell<u64>,
    /// When Envoy said that it is done with this root: its listener is gone, or has a new configuration.
    done_us: Cell<Option<u64>>,
    /// Since when it waits for no service any more, and delivers only.
    heard_us: Cell<Option<u64>>,
}

impl Requests {
    fn new(settings: AdmissionSettings) -> Result<Self, String> {
        let random = u128::from(state::dice()) << 64 | u128::from(state::dice());
        let gateway = keys::gateway_id(&SharedData, random);
        let desk = Desk::new(Courier::new(settings.delivery, gateway.clone()));
        let setup = Rc::new(Setup::new(settings, state::secret()).map_err(|error| error.to_string())?);
        let lookups = Lookups::new(Rc::clone(&setup), Rc::clone(&desk), gateway.clone());
        let changes = Changes::new(Rc::clone(&setup), gateway.clone());
        let cooldowns = Cooldowns::new(Rc::clone(&setup), gateway);
        Ok(Self {
            setup,
            desk,
            lookups: Rc::new(lookups),
            changes,
            cooldowns,
            due_us: Cell::new(0),
            done_us: Cell::new(None),
            heard_us: Cell::new(None),
        })
    }

    /// Requests are woken last: from then on, Envoy takes calls for those of the request woken last, and cancels
    /// them when it ends.
    fn tick(&self) {
        contained(ROLE, "telling", || self.desk.questions.tell());
        contained(ROLE, "asking-later", || self.desk.ask_later());
        let now_us = state::now_us();
        if now_us >= self.due_us.get() || self.due_us.get() - now_us > tick_us() {
            self.due_us.set(now_us.saturating_add(tick_us()));
            contained(ROLE, "meters", meters::flush);
            contained(ROLE, "vm", vm::tell);
            self.with_courier("tick", Courier::flush);
            contained(ROLE, "changes", || self.changes.tick());
            contained(ROLE, "cooldowns", || self.cooldowns.tick());
        }
        contained(ROLE, "looking-up", || self.lookups.tick());
        contained(ROLE, "awaited", || self.desk.show_calls());
        contained(ROLE, "leaving", || self.leave_in_time(now_us));
    }

    /// Whether nothing is left to do. The outbox is every root's: what this one leaves behind, others deliver; but it
    /// may be the last one. Its calls are its own, and so are the events that wait for their answers.
    fn may_end(&self) -> bool {
        self.done_us.set(Some(state::now_us()));
        meters::flush();
        let has_work = self.desk.has_calls() || self.desk.courier.borrow().has_work();
        if !has_work {
            self.desk.close();
        }
        !has_work
    }

    /// Ends this root when its services have answered and it has delivered what there is, or the time for that is over.
    fn leave_in_time(&self, now_us: u64) {
        let Some(done_us) = self.done_us.get() else { return };
        if self.desk.has_calls() && now_us.saturating_sub(done_us) <= LAST_CALLS_US {
            return;
        }
        self.desk.give_up();
        let heard_us = self.heard_us.get().unwrap_or(now_us);
        self.heard_us.set(Some(heard_us));
        let has_work = self.desk.courier.borrow().has_work();
        if !has_work || now_us.saturating_sub(heard_us) > FAREWELL_US {
            self.done_us.set(None);
            self.desk.close();
            let _ = hostcalls::done();
        }
    }

    fn answered(&self, answer: Answer) {
        let known = contained(ROLE, "told", || self.desk.told(answer)).unwrap_or(true)
            || contained(ROLE, "overheard", || self.desk.overheard(answer)).unwrap_or(true)
            || contained(ROLE, "looked-up", || self.lookups.answered(answer)).unwrap_or(true)
            || contained(ROLE, "changed", || self.changes.answered(answer)).unwrap_or(true)
            || contained(ROLE, "cooldowns-told", || self.cooldowns.answered(answer)).unwrap_or(true);
        if !known {
            self.with_courier("http-call-response", |courier| courier.answered(answer));
        }
    }

    /// A panic leaves the courier to others, in order.
    fn with_courier(&self, callback: &str, run: impl FnOnce(&mut Courier)) {
        if contained(ROLE, callback, || run(&mut self.desk.courier.borrow_mut())).is_none() {
            contained(ROLE, "recovering", || self.desk.courier.borrow_mut().recover());
        }
    }
}

/// A little less than the period, so that a tick that comes early counts.
fn tick_us() -> u64 {
    u64::try_from(TICK.as_micros()).unwrap_or(u64::MAX) / 10 * 9
}

impl Root {
    fn configure(&mut self, size: usize) -> Result<(), String> {
        let bytes = hostcalls::get_buffer(BufferType::PluginConfiguration, 0, size)
            .map_err(|status| format!("cannot read the plugin configuration: {status:?}"))?
            .unwrap_or_default();
        let role = serde_json::from_slice(&bytes).map_err(|error| {
            format!("the plugin configuration is not what `spillway render` writes: {error}")
        })?;
        self.role = Some(match role {
            Role::Attempt(settings) => Configured::attempt(Deployments::own(*settings)),
            Role::Attempts(settings) => {
                let deployments = Deployments::shared(settings);
                Configured::attempt(deployments.ok_or("the plugin configuration has no deployment")?)
            }
            Role::Admission(settings) => {
                let requests = Requests::new(*settings)?;
                hostcalls::set_tick_period(TICK)
                    .map_err(|status| format!("cannot set the tick period: {status:?}"))?;
                Configured::Admission(requests)
            }
        });
        Ok(())
    }
}

impl Context for Root {
    /// Envoy keeps a root that is not done, with its ticks and calls, until it says that it is.
    fn on_done(&mut self) -> bool {
        match &self.role {
            Some(Configured::Admission(requests)) => {
                contained(ROLE, "done", || requests.may_end()).unwrap_or(true)
            }
            Some(Configured::Attempt { .. }) | None => true,
        }
    }

    fn on_http_call_response(&mut self, call: u32, headers: usize, body: usize, _trailers: usize) {
        if let Some(Configured::Admission(requests)) = &self.role {
            requests.answered(Answer { call, headers, body });
        }
    }

    fn on_grpc_call_response(&mut self, call: u32, status: u32, size: usize) {
        if let Some(Configured::Admission(requests)) = &self.role {
            contained(ROLE, "rate-limits", || requests.desk.granted(call, status, size));
        }
    }
}

impl RootContext for Root {
    fn on_configure(&mut self, size: usize) -> bool {
        guard::prepare();
        rate_service::prepare();
        match contained(ROLE, "configure", || self.configure(size)) {
            Some(Ok(())) => true,
            None => false,
            Some(Err(message)) => {
                log::error!("spillway: {message}");
                false
            }
        }
    }

    fn on_tick(&mut self) {
        match &self.role {
            Some(Configured::Attempt { deadlines, .. }) => {
                contained(ROLE, "tick", || deadlines.tick());
            }
            Some(Configured::Admission(requests)) => requests.tick(),
            None => {}
        }
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }

    fn create_http_context(&self, id: u32) -> Option<Box<dyn HttpContext>> {
        match self.role.as_ref()? {
            Configured::Admission(requests) => {
                let host = AdmissionHost::new(
                    Rc::clone(&requests.setup),
                    Rc::clone(&requests.desk),
                    Rc::clone(&requests.lookups),
                    id,
                );
                Some(Box::new(Guarded::new(host)))
            }
            Configured::Attempt { deployments, deadlines } => {
                let host = AttemptHost::new(Rc::clone(deployments), Rc::clone(deadlines), id);
                Some(Box::new(Guarded::new(host)))
            }
        }
    }
}
