//! How bytes are copied and compared in the module.
//!
//! WebAssembly has an instruction that copies memory, and V8 makes it a call out of the VM: some ninety instructions,
//! however few bytes there are. A request copies seven hundred times, nearly always a few dozen bytes. So the module is
//! built without that instruction (see `COPIES` in the Makefile): copies are calls to `memcpy`, by the name that compilers
//! know, and this is it. What is longer goes to the C library's `memmove`, which has the instruction.

use crate::bytes;

unsafe extern "C" {
    fn memmove(to: *mut u8, from: *const u8, bytes: usize) -> *mut u8;
}

/// More bytes than these are worth the instruction's call, which is that of some hundred and fifty instructions.
const LONG: usize = 512;

/// C's: copies bytes between places that do not overlap.
///
/// A loop is what compilers know as a copy and make a call to this; but not in a function of this name, into which the
/// one that is called here is written.
///
/// # Safety
///
/// That of C: `bytes` can be read behind `from` and written behind `to`, which do not overlap.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, bytes: usize) -> *mut u8 {
    // SAFETY: the caller says of C's what `copy` asks for, and more than `memmove` does.
    unsafe {
        if bytes > LONG {
            return memmove(to, from, bytes);
        }
        bytes::copy(to, from, bytes);
    }
    to
}

/// C's: less than 0, 0 or more than 0, as the first byte that differs is less or more.
///
/// # Safety
///
/// That of C: `bytes` can be read behind both.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn memcmp(left: *const u8, right: *const u8, bytes: usize) -> i32 {
    // SAFETY: the caller says of C's what `compare` asks for.
    unsafe { bytes::compare(left, right, bytes) }
}
