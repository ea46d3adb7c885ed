//! How bytes are copied and compared in the module.
//!
//! WebAssembly has an instruction that copies memory, and V8 makes it a call out of the VM: some ninety instructions,
//! however few bytes there are. A request copies seven hundred times, nearly always a few dozen bytes. So the module is
//! built without that instruction (see `COPIES` in the Makefile): copies are calls to `memcpy`, by the name that compilers
//! know, and this is it. What is longer goes to the C library's `memmove`, which has the instruction.

use core::arch::wasm32::{i8x16_all_true, i8x16_eq, v128};

unsafe extern "C" {
    fn memmove(to: *mut u8, from: *const u8, bytes: usize) -> *mut u8;
}

/// More bytes than these are worth the instruction's call, which is that of some hundred and fifty instructions.
const LONG: usize = 512;

/// As many as are copied without a loop.
const SHORT: usize = 128;

/// Copies a `T` from so many bytes behind `from` to as many behind `to`.
///
/// # Safety
///
/// There must be as much of both.
#[inline(always)]
unsafe fn copy<T>(to: *mut u8, from: *const u8, behind: usize) {
    unsafe { to.add(behind).cast::<T>().write_unaligned(from.add(behind).cast::<T>().read_unaligned()) };
}

/// C's: copies bytes between places that do not overlap.
///
/// Pieces of a power of two from both ends, which may overlap in the middle. A loop is what compilers know as a copy and
/// make a call to this; but not in a function of this name.
///
/// # Safety
///
/// That of C.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, bytes: usize) -> *mut u8 {
    unsafe {
        if bytes >= 16 {
            if bytes > SHORT {
                if bytes > LONG {
                    return memmove(to, from, bytes);
                }
                let mut behind = 0;
                while behind + 64 < bytes {
                    for piece in [0, 16, 32, 48] {
                        copy::<v128>(to, from, behind + piece);
                    }
                    behind += 64;
                }
                for piece in [64, 48, 32, 16] {
                    copy::<v128>(to, from, bytes - piece);
                }
                return to;
            }
            copy::<v128>(to, from, 0);
            copy::<v128>(to, from, bytes - 16);
            if bytes > 32 {
                copy::<v128>(to, from, 16);
                copy::<v128>(to, from, bytes - 32);
            }
            if bytes > 64 {
                copy::<v128>(to, from, 32);
                copy::<v128>(to, from, 48);
                copy::<v128>(to, from, bytes - 64);
                copy::<v128>(to, from, bytes - 48);
            }
        } else if bytes >= 8 {
            copy::<u64>(to, from, 0);
            copy::<u64>(to, from, bytes - 8);
        } else if bytes >= 4 {
            copy::<u32>(to, from, 0);
            copy::<u32>(to, from, bytes - 4);
        } else if bytes > 0 {
            copy::<u8>(to, from, 0);
            copy::<u8>(to, from, bytes / 2);
            copy::<u8>(to, from, bytes - 1);
        }
    }
    to
}

/// C's: less than 0, 0 or more than 0, as the first byte that differs is less or more.
///
/// # Safety
///
/// That of C.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn memcmp(left: *const u8, right: *const u8, bytes: usize) -> i32 {
    let mut same = 0;
    unsafe {
        while bytes - same >= 16 {
            let one = left.add(same).cast::<v128>().read_unaligned();
            let other = right.add(same).cast::<v128>().read_unaligned();
            if !i8x16_all_true(i8x16_eq(one, other)) {
                break;
            }
            same += 16;
        }
        if bytes - same >= 8 {
            let one = left.add(same).cast::<u64>().read_unaligned();
            let other = right.add(same).cast::<u64>().read_unaligned();
            same += if one == other { 8 } else { 0 };
        }
        while same < bytes {
            let (one, other) = (left.add(same).read(), right.add(same).read());
            if one != other {
                return i32::from(one) - i32::from(other);
            }
            same += 1;
        }
    }
    0
}
