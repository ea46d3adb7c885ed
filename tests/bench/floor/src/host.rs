//! Envoy's callbacks. The role is the plugin's configuration: `admission`, `admission CALL TIMES` or `attempt`.

use proxy_wasm::hostcalls;
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, BufferType, ContextType, LogLevel, MapType};

use crate::calls::Calls;
use crate::{SUFFIX, end_of_model};

/// The model's name is within so many bytes of the body's beginning.
const HEAD: usize = 1024;

#[allow(
    unsafe_code,
    missing_docs,
    reason = "the macro exports `_initialize` to the host, which counts as such"
)]
mod entry {
    use super::{LogLevel, Root};

    proxy_wasm::main! {{
        proxy_wasm::set_log_level(LogLevel::Warn);
        proxy_wasm::set_root_context(|_| Box::new(Root::default()));
    }}
}

#[derive(Clone, Default)]
enum Role {
    #[default]
    Admission,
    Calls(Calls),
    Attempt,
}

#[derive(Default)]
struct Root(Role);

impl Context for Root {}

impl RootContext for Root {
    fn on_configure(&mut self, size: usize) -> bool {
        let configuration = hostcalls::get_buffer(BufferType::PluginConfiguration, 0, size);
        let role = configuration.ok().flatten().and_then(|bytes| role(&String::from_utf8(bytes).ok()?));
        let known = role.is_some();
        self.0 = role.unwrap_or_default();
        known
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }

    fn create_http_context(&self, _id: u32) -> Option<Box<dyn HttpContext>> {
        Some(match &self.0 {
            Role::Admission => Box::new(Admission(None)),
            Role::Calls(calls) => Box::new(Admission(Some(calls.clone()))),
            Role::Attempt => Box::new(Attempt),
        })
    }
}

fn role(configuration: &str) -> Option<Role> {
    match configuration {
        "admission" => Some(Role::Admission),
        "attempt" => Some(Role::Attempt),
        _ => Calls::read(configuration).map(Role::Calls),
    }
}

struct Admission(Option<Calls>);

impl Context for Admission {}

impl HttpContext for Admission {
    fn on_http_request_headers(&mut self, _count: usize, end: bool) -> Action {
        if end { Action::Continue } else { Action::Pause }
    }

    fn on_http_request_body(&mut self, size: usize, end: bool) -> Action {
        if !end {
            return Action::Pause;
        }
        let body = hostcalls::get_buffer(BufferType::HttpRequestBody, 0, size).ok().flatten();
        let read = body.is_some_and(|body| end_of_model(&body).is_some());
        let made = self.0.as_ref().is_none_or(|calls| calls.make().is_some());
        // A body without a model, or with a call that fails, stays here for ever: whoever measures would notice.
        if read && made { Action::Continue } else { Action::Pause }
    }
}

struct Attempt;

impl Context for Attempt {}

impl HttpContext for Attempt {
    fn on_http_request_headers(&mut self, _count: usize, end: bool) -> Action {
        if end { Action::Continue } else { Action::Pause }
    }

    fn on_http_request_body(&mut self, size: usize, end: bool) -> Action {
        match end.then(|| rename(size)) {
            Some(Some(())) => Action::Continue,
            _ => Action::Pause,
        }
    }
}

/// Writes the name into Envoy's buffer, which holds so many bytes.
fn rename(size: usize) -> Option<()> {
    let head = hostcalls::get_buffer(BufferType::HttpRequestBody, 0, size.min(HEAD)).ok()??;
    let end = end_of_model(&head)?;
    // Envoy replaces only at the beginning or the end of a buffer.
    let renamed = [head.get(..end)?, SUFFIX.as_bytes()].concat();
    hostcalls::set_buffer(BufferType::HttpRequestBody, 0, end, &renamed).ok()?;
    let length = (size + SUFFIX.len()).to_string();
    hostcalls::set_map_value(MapType::HttpRequestHeaders, "content-length", Some(&length)).ok()
}
