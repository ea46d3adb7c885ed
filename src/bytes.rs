//! Few bytes, copied and compared without a call out of the VM: what the module has for C's `memcpy` and `memcmp`.
//!
//! Nobody else wants these: a program's own are as good.

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use core::arch::wasm32::{i8x16_all_true, i8x16_eq, v128 as Block};
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
type Block = u128;

/// Bytes of a block.
const BLOCK: usize = size_of::<Block>();

/// As many as are copied without a loop.
const SHORT: usize = 8 * BLOCK;

/// Blocks in a round of the loop.
const ROUND: usize = 4;

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline(always)]
fn same(one: Block, other: Block) -> bool {
    i8x16_all_true(i8x16_eq(one, other))
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
fn same(one: Block, other: Block) -> bool {
    one == other
}

/// A `T` that stands so many bytes behind `from`, wherever that is.
///
/// # Safety
///
/// Behind `from`, `behind` bytes and a `T` can be read, and a `T` is any bytes, as numbers and vectors are.
#[allow(unsafe_code, reason = "pieces of any alignment are read and written by their addresses")]
#[inline(always)]
unsafe fn read<T>(from: *const u8, behind: usize) -> T {
    // SAFETY: the caller says that it is there and what it is; nothing is asked of how it is aligned.
    unsafe { from.add(behind).cast::<T>().read_unaligned() }
}

/// Copies a `T` from so many bytes behind `from` to as many behind `to`.
///
/// # Safety
///
/// `behind` bytes and a `T` can be read behind `from`, and written behind `to`, and a `T` is any bytes.
#[allow(unsafe_code, reason = "pieces of any alignment are read and written by their addresses")]
#[inline(always)]
unsafe fn put<T>(to: *mut u8, from: *const u8, behind: usize) {
    // SAFETY: the caller says that there is room for it behind both; nothing is asked of how it is aligned.
    unsafe { to.add(behind).cast::<T>().write_unaligned(read(from, behind)) };
}

/// Copies more bytes than a round of the loop has.
///
/// # Safety
///
/// `bytes` are more than a round's, and as many can be read behind `from` and written behind `to`, which do not overlap.
#[allow(unsafe_code, reason = "pieces of any alignment are read and written by their addresses")]
#[inline(always)]
unsafe fn rounds(to: *mut u8, from: *const u8, bytes: usize) {
    let mut behind = 0;
    // SAFETY: no block ends behind `bytes`. A round of the loop ends before, by its condition; the last blocks are counted back
    // from the end, and there are more bytes than they have.
    unsafe {
        while behind + ROUND * BLOCK < bytes {
            for block in 0..ROUND {
                put::<Block>(to, from, behind + block * BLOCK);
            }
            behind += ROUND * BLOCK;
        }
        for block in 1..=ROUND {
            put::<Block>(to, from, bytes - block * BLOCK);
        }
    }
}

/// Copies bytes between places that do not overlap: pieces of a power of two from both ends, which may overlap in the middle.
///
/// # Safety
///
/// `bytes` can be read behind `from` and written behind `to`, which do not overlap.
#[allow(unsafe_code, reason = "pieces of any alignment are read and written by their addresses")]
#[inline(always)]
pub unsafe fn copy(to: *mut u8, from: *const u8, bytes: usize) {
    // SAFETY: no piece ends behind `bytes`, or begins before the first of them: each branch knows that there are as many as its
    // pieces reach from either end, and what goes on to `rounds` is more than a round.
    unsafe {
        if bytes >= BLOCK {
            if bytes > SHORT {
                return rounds(to, from, bytes);
            }
            put::<Block>(to, from, 0);
            put::<Block>(to, from, bytes - BLOCK);
            if bytes > 2 * BLOCK {
                put::<Block>(to, from, BLOCK);
                put::<Block>(to, from, bytes - 2 * BLOCK);
            }
            if bytes > 4 * BLOCK {
                put::<Block>(to, from, 2 * BLOCK);
                put::<Block>(to, from, 3 * BLOCK);
                put::<Block>(to, from, bytes - 4 * BLOCK);
                put::<Block>(to, from, bytes - 3 * BLOCK);
            }
        } else if bytes >= 8 {
            put::<u64>(to, from, 0);
            put::<u64>(to, from, bytes - 8);
        } else if bytes >= 4 {
            put::<u32>(to, from, 0);
            put::<u32>(to, from, bytes - 4);
        } else if bytes > 0 {
            put::<u8>(to, from, 0);
            put::<u8>(to, from, bytes / 2);
            put::<u8>(to, from, bytes - 1);
        }
    }
}

/// Less than 0, 0 or more than 0, as the first byte that differs is less or more.
///
/// # Safety
///
/// `bytes` can be read behind both.
#[allow(unsafe_code, reason = "pieces of any alignment are read and written by their addresses")]
#[inline(always)]
#[must_use]
pub unsafe fn compare(left: *const u8, right: *const u8, bytes: usize) -> i32 {
    let mut behind = 0;
    // SAFETY: a piece is read only where as many bytes are left, by the condition before it; `behind` is never more than `bytes`.
    unsafe {
        while bytes - behind >= BLOCK && same(read(left, behind), read(right, behind)) {
            behind += BLOCK;
        }
        if bytes - behind >= 8 && read::<u64>(left, behind) == read::<u64>(right, behind) {
            behind += 8;
        }
        while behind < bytes {
            let (one, other): (u8, u8) = (read(left, behind), read(right, behind));
            if one != other {
                return i32::from(one) - i32::from(other);
            }
            behind += 1;
        }
    }
    0
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    /// Beyond every border, with some rounds of the loop.
    const MOST: usize = 5 * ROUND * BLOCK + 3;

    fn text(bytes: usize) -> Vec<u8> {
        (0..bytes).map(|at| u8::try_from(at * 31 % 251).unwrap()).collect()
    }

    #[test]
    #[allow(unsafe_code, reason = "pieces of any alignment are read and written by their addresses")]
    fn as_many_are_copied_as_were_asked_for_and_no_more() {
        let from = text(MOST + 16);
        for bytes in 0..=MOST {
            for (behind, ahead) in [(0, 0), (1, 3), (7, 16)] {
                let mut to = vec![255; MOST + 16];
                // SAFETY: both slices are that long, of vectors of their own.
                unsafe {
                    copy(to[ahead..ahead + bytes].as_mut_ptr(), from[behind..behind + bytes].as_ptr(), bytes)
                };
                let expected =
                    [&vec![255; ahead], &from[behind..behind + bytes], &vec![255; MOST + 16 - ahead - bytes]];
                assert_eq!(to, expected.concat(), "{bytes} from {behind} to {ahead}");
            }
        }
    }

    #[test]
    #[allow(unsafe_code, reason = "pieces of any alignment are read and written by their addresses")]
    fn the_first_byte_that_differs_decides() {
        // SAFETY: both are as long as the left one wherever it is called.
        let told = |left: &[u8], right: &[u8]| unsafe {
            compare(left.as_ptr(), right.as_ptr(), left.len()).signum()
        };
        for bytes in 0..=3 * BLOCK {
            let one = text(bytes + 1);
            // The byte behind them differs, and is none of theirs.
            let mut other = text(bytes + 1);
            other[bytes] ^= 255;
            assert_eq!(told(&one[..bytes], &other[..bytes]), 0, "{bytes}");
            for at in 0..bytes {
                let mut other = one[..bytes].to_vec();
                for value in [0, 127, 128, 255] {
                    other[at..].fill(value);
                    let expected = one[..bytes].cmp(&other) as i32;
                    assert_eq!(told(&one[..bytes], &other), expected, "{value} from {at} of {bytes}");
                }
            }
        }
    }
}
