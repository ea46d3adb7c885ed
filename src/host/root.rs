//! One root context per plugin configuration and worker: it takes the configuration, makes a machine for each
//! request, and, in the admission role, flushes the outbox.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use proxy_wasm::hostcalls;
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{BufferType, ContextType};

use super::admission::AdmissionHost;
use super::attempt::AttemptHost;
use super::deadline::Deadlines;
use super::guard::{self, Guarded, contained};
use super::outbox::Courier;
use super::rate_service::{self, Told};
use crate::config::{AttemptSettings, Role};
use crate::exchange::admission::Setup;

/// How often the outbox is looked at.
const TICK: Duration = Duration::from_millis(100);

/// For the log.
const ROLE: &str = "root";

/// Before it is configured, a root serves nothing.
#[derive(Default)]
pub struct Root {
    role: Option<Configured>,
}

enum Configured {
    Admission { setup: Rc<Setup>, courier: Rc<RefCell<Courier>>, told: Rc<RefCell<Told>> },
    Attempt { settings: Rc<AttemptSettings>, deadlines: Rc<Deadlines> },
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
            Role::Attempt(settings) => {
                Configured::Attempt { settings: Rc::from(settings), deadlines: Rc::default() }
            }
            Role::Admission(settings) => {
                let courier = Rc::new(RefCell::new(Courier::new(settings.outbox_bytes)));
                let setup = Setup::new(*settings).map_err(|error| error.to_string())?;
                hostcalls::set_tick_period(TICK)
                    .map_err(|status| format!("cannot set the tick period: {status:?}"))?;
                Configured::Admission { setup: Rc::new(setup), courier, told: Rc::default() }
            }
        });
        Ok(())
    }

    /// A panic leaves the courier to others, in order.
    fn with_courier(&self, callback: &str, run: impl FnOnce(&mut Courier)) {
        let Some(Configured::Admission { courier, .. }) = &self.role else { return };
        if contained(ROLE, callback, || run(&mut courier.borrow_mut())).is_none() {
            contained(ROLE, "recovering", || courier.borrow_mut().recover());
        }
    }
}

impl Context for Root {
    fn on_http_call_response(&mut self, token: u32, headers: usize, _body: usize, _trailers: usize) {
        self.with_courier("http-call-response", |courier| courier.answered(token, headers));
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
            Some(Configured::Admission { told, .. }) => {
                self.with_courier("tick", Courier::flush);
                contained(ROLE, "telling", || told.borrow_mut().flush());
            }
            None => {}
        }
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }

    fn create_http_context(&self, id: u32) -> Option<Box<dyn HttpContext>> {
        match self.role.as_ref()? {
            Configured::Admission { setup, courier, told } => {
                let host = AdmissionHost::new(Rc::clone(setup), Rc::clone(courier), Rc::clone(told));
                Some(Box::new(Guarded::new(host)))
            }
            Configured::Attempt { settings, deadlines } => {
                let host = AttemptHost::new(Rc::clone(settings), Rc::clone(deadlines), id);
                Some(Box::new(Guarded::new(host)))
            }
        }
    }
}
