//! The allocator below the filter's piles: Doug Lea's, which the module has as well. That of the machine's C library costs something else on each
//! machine, and a lock around this one would be a tenth of all that is counted.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;

use dlmalloc::Dlmalloc;

/// For a program with one thread.
pub struct Single(UnsafeCell<Dlmalloc>);

impl Single {
    /// Nothing is taken yet.
    pub const fn new() -> Self {
        Self(UnsafeCell::new(Dlmalloc::new()))
    }
}

// SAFETY: this program starts no thread, so nothing is shared.
#[allow(unsafe_code, reason = "it is an allocator")]
unsafe impl Sync for Single {}

// SAFETY: every call goes to the allocator as it came. It calls nothing back, so no two borrow it at once.
#[allow(unsafe_code, reason = "it is an allocator")]
unsafe impl GlobalAlloc for Single {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as it came, and nobody else borrows the allocator.
        unsafe { (*self.0.get()).malloc(layout.size(), layout.align()) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as it came, and nobody else borrows the allocator.
        unsafe { (*self.0.get()).calloc(layout.size(), layout.align()) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as it came, and nobody else borrows the allocator.
        unsafe { (*self.0.get()).free(pointer, layout.size(), layout.align()) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as it came, and nobody else borrows the allocator.
        unsafe { (*self.0.get()).realloc(pointer, layout.size(), layout.align(), size) }
    }
}
