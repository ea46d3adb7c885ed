//! Envoy's callbacks. The role is the plugin's configuration: `admission` or `attempt`.

use proxy_wasm::hostcalls;
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, BufferType, ContextType, LogLevel, MapType};

use crate::{SUFFIX, end_of_model};

/// The model's name is within so many bytes of the body's beginning.
const HEAD: usize = 1024;

// The macro exports `_initialize` to the host, which counts as unsafe code.
#[allow(unsafe_code, missing_docs)]
mod entry {
    use super::{LogLevel, Root};

    proxy_wasm::main! {{
        proxy_wasm::set_log_level(LogLevel::Warn);
        proxy_wasm::set_root_context(|_| Box::new(Root::default()));
    }}
}

#[derive(Clone, Copy, Default)]
enum Role {
    #[default]
    Admission,
    Attempt,
}

#[derive(Default)]
struct Root(Role);

impl Context for Root {}

impl RootContext for Root {
    fn on_configure(&mut self, size: usize) -> bool {
        let configuration = hostcalls::get_buffer(BufferType::PluginConfiguration, 0, size);
        match configuration.ok().flatten().as_deref() {
            Some(b"admission") => self.0 = Role::Admission,
            Some(b"attempt") => self.0 = Role::Attempt,
            _ => return false,
        }
        true
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }

    fn create_http_context(&self, _id: u32) -> Option<Box<dyn HttpContext>> {
        Some(match self.0 {
            Role::Admission => Box::new(Admission),
            Role::Attempt => Box::new(Attempt),
        })
    }
}

struct Admission;

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
        // A body without a model stays here for ever: whoever measures would notice.
        if body.is_some_and(|body| end_of_model(&body).is_some()) { Action::Continue } else { Action::Pause }
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
