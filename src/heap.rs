//! An allocator that keeps small pieces of memory for the next who wants one of their size.
//!
//! A request makes some three hundred allocations, and nearly all are of a few bytes that the request before had as
//! well. A general allocator looks for room each time, and joins it with its neighbours when it is given back; here a
//! piece is taken from a pile and put back on it.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::{Cell, UnsafeCell};
use std::ptr;

/// Sizes are rounded up to a multiple of this, in bytes.
const STEP: usize = 16;

/// One pile for each size: up to 1 KiB.
const PILES: usize = 64;

/// What a pile keeps at most, in bytes; the rest is given back. So all of them together are at most 1 MiB.
const KEPT_BYTES: usize = 16 << 10;

/// The alignment that every piece has.
const ALIGN: usize = 8;

/// Pieces of one size, each of which holds the address of the one below it.
struct Pile {
    top: Cell<*mut u8>,
    /// How many more it may keep.
    room: Cell<usize>,
}

/// Keeps small pieces of what `A` allocates.
pub struct Piles<A> {
    piles: UnsafeCell<[Pile; PILES]>,
    under: A,
}

impl<A> Piles<A> {
    /// Keeps nothing yet.
    ///
    /// # Safety
    ///
    /// There is no lock: the program must have one thread only, as a wasm module without threads does.
    #[allow(unsafe_code, reason = "it is an allocator")]
    pub const unsafe fn over(under: A) -> Self {
        let mut piles = [const { Pile { top: Cell::new(ptr::null_mut()), room: Cell::new(0) } }; PILES];
        let mut place = 0;
        while let Some((pile, _)) = piles.split_at_mut(place).1.split_first_mut() {
            place += 1;
            pile.room = Cell::new(KEPT_BYTES / (place * STEP));
        }
        Self { piles: UnsafeCell::new(piles), under }
    }

    /// The pile for such pieces, and the size of each in bytes; none where they are too large, or aligned otherwise.
    #[allow(unsafe_code, reason = "it is an allocator")]
    #[inline(always)]
    fn pile(&self, layout: Layout) -> Option<(&Pile, usize)> {
        // Nothing at all, which has no pile, wraps around to more than there are.
        let place = layout.size().wrapping_sub(1) / STEP;
        if place >= PILES || layout.align() > ALIGN {
            return None;
        }
        // SAFETY: nobody borrows the array itself mutably, cells are changed by the only thread, and it is that long.
        let pile = unsafe { (*self.piles.get()).get_unchecked(place) };
        Some((pile, (place + 1) * STEP))
    }
}

/// A piece of a pile as the allocator below it knows it.
const fn whole(size: usize) -> Option<Layout> {
    match Layout::from_size_align(size, ALIGN) {
        Ok(layout) => Some(layout),
        Err(_) => None,
    }
}

// SAFETY: `over` asks for a program with one thread.
#[allow(unsafe_code, reason = "it is an allocator")]
unsafe impl<A> Sync for Piles<A> {}

// SAFETY: a piece of a pile was allocated below with the whole size of that pile's pieces, which a layout always leads
// back to; it is on the pile only while nobody has it, and large enough to hold an address. Everything else goes to the
// allocator below as it came.
#[allow(unsafe_code, reason = "it is an allocator")]
unsafe impl<A: GlobalAlloc> GlobalAlloc for Piles<A> {
    #[inline(never)]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some((pile, size)) = self.pile(layout) else {
            // SAFETY: it goes below as it came.
            return unsafe { self.under.alloc(layout) };
        };
        let top = pile.top.get();
        if !top.is_null() {
            // SAFETY: nobody has what lies on a pile, and it begins with the address of the piece below it: `dealloc` wrote that.
            pile.top.set(unsafe { top.cast::<*mut u8>().read() });
            pile.room.set(pile.room.get() + 1);
            return top;
        }
        match whole(size) {
            // SAFETY: a pile's size is not 0.
            Some(layout) => unsafe { self.under.alloc(layout) },
            None => ptr::null_mut(),
        }
    }

    #[inline(never)]
    unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
        let Some((pile, size)) = self.pile(layout) else {
            // SAFETY: what has no pile came from below, with this layout.
            return unsafe { self.under.dealloc(piece, layout) };
        };
        if pile.room.get() > 0 {
            // SAFETY: the caller has done with it. It has the whole size of the pile's pieces and their alignment: room for an address.
            unsafe { piece.cast::<*mut u8>().write(pile.top.get()) };
            pile.top.set(piece);
            pile.room.set(pile.room.get() - 1);
        } else if let Some(layout) = whole(size) {
            // SAFETY: what has a pile came from below with the whole size of its pieces.
            unsafe { self.under.dealloc(piece, layout) };
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if self.pile(layout).is_none() {
            // SAFETY: it goes below as it came.
            return unsafe { self.under.alloc_zeroed(layout) };
        }
        // SAFETY: the caller asks for the same of this.
        let piece = unsafe { self.alloc(layout) };
        if !piece.is_null() {
            // SAFETY: it was just allocated, with as many bytes at least.
            unsafe { piece.write_bytes(0, layout.size()) };
        }
        piece
    }

    unsafe fn realloc(&self, piece: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let Ok(larger) = Layout::from_size_align(size, layout.align()) else {
            return ptr::null_mut();
        };
        match (self.pile(layout), self.pile(larger)) {
            // SAFETY: what has no pile came from below, with this layout, and there it stays.
            (None, None) => return unsafe { self.under.realloc(piece, layout, size) },
            (Some((_, before)), Some((_, after))) if before == after => return piece,
            _ => {}
        }
        // SAFETY: whoever reallocates asks for more than nothing.
        let other = unsafe { self.alloc(larger) };
        if !other.is_null() {
            // SAFETY: both are pieces of their own, each with as many bytes as the smaller of the sizes. Then the caller has done with
            // the first, which has this layout.
            unsafe {
                other.copy_from_nonoverlapping(piece, layout.size().min(size));
                self.dealloc(piece, layout);
            }
        }
        other
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use std::alloc::System;

    use super::*;
    use crate::random::SplitMix;

    /// Counts what is allocated below.
    #[derive(Default)]
    struct Counted {
        pieces: Cell<usize>,
        taken: Cell<usize>,
    }

    // SAFETY: every call goes to the system as it came.
    #[allow(unsafe_code, reason = "it is an allocator")]
    unsafe impl GlobalAlloc for Counted {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            self.pieces.set(self.pieces.get() + 1);
            self.taken.set(self.taken.get() + 1);
            // SAFETY: as it came.
            unsafe { System.alloc(layout) }
        }

        unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
            self.pieces.set(self.pieces.get() - 1);
            // SAFETY: as it came.
            unsafe { System.dealloc(piece, layout) }
        }
    }

    #[allow(unsafe_code, reason = "it is an allocator")]
    fn piles() -> Piles<Counted> {
        // SAFETY: a test's own, on its own thread.
        unsafe { Piles::over(Counted::default()) }
    }

    fn layout(size: usize, align: usize) -> Layout {
        Layout::from_size_align(size, align).unwrap()
    }

    /// A piece that is filled with a byte, and must still be when it is given back.
    struct Piece<'a>(&'a Piles<Counted>, *mut u8, Layout, u8);

    #[allow(unsafe_code, reason = "it is an allocator")]
    impl<'a> Piece<'a> {
        fn new(piles: &'a Piles<Counted>, layout: Layout, byte: u8) -> Self {
            // SAFETY: no test asks for nothing.
            let at = unsafe { piles.alloc(layout) };
            assert!(!at.is_null() && at.addr().is_multiple_of(layout.align()));
            // SAFETY: it was just allocated, as large.
            unsafe { at.write_bytes(byte, layout.size()) };
            Self(piles, at, layout, byte)
        }

        fn sized(&mut self, size: usize) {
            self.check();
            let kept = self.2.size().min(size);
            // SAFETY: the piece came from there with its layout, and no test asks for nothing.
            self.1 = unsafe { self.0.realloc(self.1, self.2, size) };
            self.2 = layout(size, self.2.align());
            assert_eq!(self.bytes()[..kept], vec![self.3; kept]);
            // SAFETY: it was just allocated, as large.
            unsafe { self.1.write_bytes(self.3, size) };
        }

        fn bytes(&self) -> Vec<u8> {
            // SAFETY: all of it was written when it was allocated, and it is this value's.
            unsafe { std::slice::from_raw_parts(self.1, self.2.size()) }.to_vec()
        }

        fn check(&self) {
            assert_eq!(self.bytes(), vec![self.3; self.2.size()], "{:?}", self.2);
        }
    }

    #[allow(unsafe_code, reason = "it is an allocator")]
    impl Drop for Piece<'_> {
        fn drop(&mut self) {
            self.check();
            // SAFETY: it came from there with its layout, and nobody has it any more.
            unsafe { self.0.dealloc(self.1, self.2) };
        }
    }

    #[test]
    fn nobody_has_what_another_has() {
        let piles = piles();
        // The same draws each time: sizes around every border, of every alignment, changed and given back in any order.
        let mut random = SplitMix(1);
        let mut next = |below: usize| random.index(below);
        let mut pieces = Vec::new();
        for round in 0..if cfg!(miri) { 500 } else { 20_000 } {
            let byte = u8::try_from(round % 251).unwrap();
            match next(4) {
                0 | 1 => pieces.push(Piece::new(&piles, layout(1 + next(1_200), 1 << next(6)), byte)),
                2 if !pieces.is_empty() => {
                    let place = next(pieces.len());
                    pieces[place].sized(1 + next(1_200));
                }
                _ if pieces.len() > 100 => drop(pieces.swap_remove(next(100))),
                _ => drop(pieces.pop()),
            }
        }
    }

    #[test]
    fn a_piece_is_for_the_next_of_its_size() {
        let piles = piles();
        let first = Piece::new(&piles, layout(33, 1), 1);
        let place = first.1;
        drop(first);
        assert_eq!(Piece::new(&piles, layout(48, 8), 2).1, place);
        assert_ne!(Piece::new(&piles, layout(49, 8), 3).1, place);
        assert_eq!(piles.under.taken.get(), 2);
    }

    #[test]
    fn what_fits_stays_where_it_is() {
        let piles = piles();
        let mut piece = Piece::new(&piles, layout(17, 1), 1);
        let place = piece.1;
        piece.sized(32);
        assert_eq!(piece.1, place);
        piece.sized(17);
        assert_eq!(piece.1, place);
        piece.sized(33);
        assert_ne!(piece.1, place);
    }

    #[test]
    fn more_than_a_pile_keeps_is_given_back() {
        let piles = piles();
        // More than a pile has room for.
        let many = if cfg!(miri) { 1_100 } else { 5_000 };
        for size in [1, 16, 500, 1_024] {
            let pieces: Vec<_> = (0..many).map(|_| Piece::new(&piles, layout(size, 1), 7)).collect();
            let before = piles.under.pieces.get();
            drop(pieces);
            let whole = size.next_multiple_of(STEP);
            assert_eq!(before - piles.under.pieces.get(), many - KEPT_BYTES / whole, "{size}");
        }
    }

    #[test]
    fn large_ones_and_odd_ones_are_not_kept() {
        let piles = piles();
        for layout in [layout(1_025, 1), layout(16, 16), layout(1 << 20, 8)] {
            drop(Piece::new(&piles, layout, 1));
        }
        assert_eq!(piles.under.pieces.get(), 0);
    }

    #[test]
    #[allow(unsafe_code, reason = "it is an allocator")]
    fn zeros_are_zeros_where_something_else_was() {
        let piles = piles();
        drop(Piece::new(&piles, layout(40, 1), 255));
        for size in [40, 5_000] {
            // SAFETY: it is as large as is read, and given back with its layout.
            unsafe {
                let piece = piles.alloc_zeroed(layout(size, 1));
                assert_eq!(std::slice::from_raw_parts(piece, size), vec![0; size]);
                piles.dealloc(piece, layout(size, 1));
            }
        }
    }
}
