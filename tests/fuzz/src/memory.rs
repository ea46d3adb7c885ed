//! How much memory an input takes at once.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

static NOW: AtomicUsize = AtomicUsize::new(0);
static BEGAN: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

/// The system's allocator, with a count.
pub struct Counting;

// SAFETY: every call goes to the system's allocator as it came.
#[allow(unsafe_code, reason = "it is an allocator")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(now, Relaxed);
        // SAFETY: as it came.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as it came.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Counts from here.
pub fn begin() {
    let now = NOW.load(Relaxed);
    BEGAN.store(now, Relaxed);
    PEAK.store(now, Relaxed);
}

/// The most that was taken at once since [`begin`], in bytes.
pub fn peak() -> usize {
    PEAK.load(Relaxed).saturating_sub(BEGAN.load(Relaxed))
}
