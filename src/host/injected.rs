//! Panics, traps and floods of memory that a request asks for, in the build that the end-to-end suite tests containment
//! with (feature `test-panic`).

use std::cell::Cell;

use proxy_wasm::hostcalls;
use proxy_wasm::types::MapType;

use super::state;

/// Names a side of a callback, as `{side} {role} {callback}`: `before attempt response-body`. After one, its
/// effects have been applied already. The side `trap` is before one, and what happens there is no panic, but a trap
/// such as a stack that overflows: nothing catches it, and the VM is gone. The side `exhaust` is before one, too: memory is
/// taken until there is no more.
const HEADER: &str = "x-spillway-test-panic";
/// Where the header's value is kept until it has been followed: both roles see it there.
const ASKED: &str = "spillway.test_panic";
/// A value that stands for no callback of the request: the next time that a batch is being posted.
const POSTING: &str = "in root posting";

thread_local! {
    static POSTING_ASKED: Cell<bool> = const { Cell::new(false) };
}

/// Panics where the request asks for it, once.
#[allow(clippy::panic, reason = "it is asked for")]
pub fn panic_if_asked(side: &str, role: &str, callback: &str) {
    if (side, role, callback) == ("before", "admission", "request-headers") {
        let asked = hostcalls::get_map_value(MapType::HttpRequestHeaders, HEADER).ok().flatten();
        POSTING_ASKED.set(POSTING_ASKED.get() || asked.as_deref() == Some(POSTING));
        let _ = hostcalls::set_property(vec![ASKED], asked.as_deref().map(str::as_bytes));
    }
    let asked = state::text_property(&[ASKED]).unwrap_or_default();
    if side == "before" && asked == format!("trap {role} {callback}") {
        core::arch::wasm32::unreachable();
    }
    if side == "before" && asked == format!("exhaust {role} {callback}") {
        let _ = hostcalls::set_property(vec![ASKED], Some(b""));
        exhaust();
    }
    if asked == format!("{side} {role} {callback}") {
        let _ = hostcalls::set_property(vec![ASKED], Some(b""));
        panic!("asked for by {HEADER}");
    }
}

/// Takes what memory there is. It is free again when this unwinds.
fn exhaust() {
    const PIECE: usize = 1 << 20;
    let mut taken = Vec::new();
    loop {
        taken.push(std::hint::black_box(Vec::<u8>::with_capacity(PIECE)));
    }
}

/// Panics while a batch is under way of which nothing is known yet, where a request has asked for that.
#[allow(clippy::panic, reason = "it is asked for")]
pub fn panic_in_posting() {
    if POSTING_ASKED.take() {
        panic!("asked for by {HEADER}");
    }
}
