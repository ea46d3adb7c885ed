//! How much memory the VM has, and what happens where that is not enough. It grows with what was held at once, and never
//! shrinks; the module states the most that it may have.

use std::cell::Cell;

use proxy_wasm::hostcalls;
use proxy_wasm::types::MetricType;

/// The most that one worker's VM has had since Envoy started, in Envoy's statistics: workers share the gauge.
const GAUGE: &str = "spillway.vm_memory_bytes";

/// Of WebAssembly.
const PAGE_BYTES: u64 = 64 << 10;

thread_local! {
    /// Defined once per VM.
    static METRIC: Option<u32> = hostcalls::define_metric(MetricType::Gauge, GAUGE).ok();
    /// What the gauge was last seen to tell.
    static SEEN: Cell<u64> = const { Cell::new(0) };
}

/// Memory of smaller bodies is not asked for twice.
const LARGE: usize = 1 << 20;

/// Makes a panic of an allocation that fails, so that it costs its request and no other. What is wanted then is large, and
/// a panic takes little. Without unwinding, it ends the VM either way.
pub fn prepare() {
    #[cfg(panic = "unwind")]
    #[allow(clippy::panic, reason = "unwinding is what is wanted")]
    std::alloc::set_alloc_error_hook(|_| panic!("the VM has no memory left"));
}

/// Sees to it that there is memory for a body that the host is about to put here. Where there is none, this fails as any
/// other allocation: in the host's hands nothing would catch it.
pub fn make_room(bytes: usize) {
    if bytes >= LARGE {
        drop(std::hint::black_box(Vec::<u8>::with_capacity(bytes)));
    }
}

/// Makes the gauge tell of this VM where that has more than any had before. Asks the host only after it has grown.
pub fn tell() {
    let bytes = bytes();
    if bytes <= SEEN.get() {
        return;
    }
    let Some(metric) = METRIC.with(|metric| *metric) else { return };
    // What another worker writes meanwhile may be lost, so it is seen before it is believed.
    match hostcalls::get_metric(metric) {
        Ok(most) if most >= bytes => SEEN.set(most),
        _ => {
            let _ = hostcalls::record_metric(metric, bytes);
        }
    }
}

fn bytes() -> u64 {
    u64::try_from(core::arch::wasm32::memory_size(0)).unwrap_or(u64::MAX).saturating_mul(PAGE_BYTES)
}
