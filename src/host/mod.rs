//! The only code that names proxy-wasm: gathers inputs, applies effects.
//!
//! Every call is the fallible one of [`proxy_wasm::hostcalls`]: the SDK's trait methods unwrap, and a panic
//! fails the request. A call that fails is logged, and the machine sees an absent value.

mod admission;
mod attempt;
mod awaited;
#[allow(unsafe_code, reason = "a call for which the SDK's function panics")]
mod buffer;
#[allow(unsafe_code, reason = "by C's names, with C's pointers")]
mod bytes;
mod callouts;
mod changes;
mod cooldowns;
mod deadline;
mod desk;
mod effects;
mod guard;
#[cfg(feature = "test-panic")]
mod injected;
mod ledger;
mod lookups;
mod memory;
mod meters;
mod outbox;
mod rate_service;
mod root;
#[allow(unsafe_code, reason = "a call that the SDK does not have")]
mod size;
mod state;
mod streams;
#[cfg(panic = "unwind")]
#[allow(unsafe_code, reason = "assembly counts as such")]
mod tag;
mod vm;

use std::alloc::System;

use proxy_wasm::types::LogLevel;

use crate::heap::Piles;

// SAFETY: a module of WASI has one thread.
#[allow(unsafe_code, reason = "one thread is promised")]
#[global_allocator]
static ALLOCATOR: Piles<System> = unsafe { Piles::over(System) };

#[allow(
    unsafe_code,
    missing_docs,
    reason = "the macro exports `_initialize` to the host, which counts as such"
)]
mod entry {
    use super::{LogLevel, root};

    proxy_wasm::main! {{
        proxy_wasm::set_log_level(LogLevel::Info);
        proxy_wasm::set_root_context(|_| Box::new(root::Root::default()));
    }}
}
