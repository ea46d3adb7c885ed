//! Which bytes begin one of some *windows*: so many bytes in a row, of which each is one of a set.
//!
//! A set is told by halves of its bytes: it has all of some lower halves with all of some upper ones, which is what a
//! vector instruction can look up. Up to eight groups of windows are looked for at once, a bit of a byte for each.

use super::{BLOCK, marks};

/// Bytes of a window.
pub const WIDTH: usize = 4;
/// A block, and what the windows that begin in it have behind it.
pub const WIDE: usize = BLOCK + WIDTH - 1;
/// Most groups.
const GROUPS: usize = 8;

/// A set of bytes: every one with one of these lower halves and one of these upper halves, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nibbles {
    lower: u16,
    upper: u16,
}

impl Nibbles {
    /// Every byte.
    pub const ALL: Self = Self { lower: u16::MAX, upper: u16::MAX };

    /// The set with this byte, too, and with whatever that brings along.
    #[must_use]
    pub fn with(self, byte: u8) -> Self {
        Self { lower: self.lower | 1 << (byte & 0x0f), upper: self.upper | 1 << (byte >> 4) }
    }

    /// Every byte with one of its lower halves.
    #[must_use]
    pub fn by_lower(self) -> Self {
        Self { upper: u16::MAX, ..self }
    }

    /// The set with all of another one, too.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { lower: self.lower | other.lower, upper: self.upper | other.upper }
    }

    /// Every byte that it has.
    pub fn bytes(self) -> impl Iterator<Item = u8> {
        let halves = |bits: u16| (0..16_u8).filter(move |half| bits >> half & 1 == 1);
        halves(self.upper).flat_map(move |upper| halves(self.lower).map(move |lower| upper << 4 | lower))
    }
}

/// Up to eight groups of windows.
#[derive(Clone, Debug)]
pub struct Windows {
    /// For each place of a window and each half of a byte, the groups that have it there.
    pub(super) lower: [[u8; 16]; WIDTH],
    pub(super) upper: [[u8; 16]; WIDTH],
    /// For each byte and place of a window the groups that have it there; where there is no instruction that looks halves up.
    #[cfg(not(target_feature = "simd128"))]
    pub(super) whole: Box<[[u8; WIDTH]; 256]>,
}

impl Windows {
    /// Of these groups, of which those behind the eighth are not looked for.
    #[must_use]
    pub fn of(groups: &[[Nibbles; WIDTH]]) -> Self {
        let groups = groups.get(..GROUPS).unwrap_or(groups);
        let table = |place: usize, of: fn(&Nibbles) -> u16| {
            std::array::from_fn(|half| {
                let has = |group: &[Nibbles; WIDTH]| group.get(place).map_or(0, of) >> half & 1 == 1;
                bits(groups.iter().map(has))
            })
        };
        let lower = std::array::from_fn(|place| table(place, |set| set.lower));
        let upper = std::array::from_fn(|place| table(place, |set| set.upper));
        Self {
            #[cfg(not(target_feature = "simd128"))]
            whole: Box::new(std::array::from_fn(|byte| {
                std::array::from_fn(|place| groups_at(byte as u8, (&lower, &upper), place))
            })),
            lower,
            upper,
        }
    }

    /// Which bytes of a block begin a window of any group.
    #[must_use]
    pub fn marks(&self, block: &[u8; WIDE]) -> u64 {
        marks::windows(self, block)
    }

    /// The groups that have this window, as bits.
    #[must_use]
    pub fn groups(&self, window: [u8; WIDTH]) -> u8 {
        let places = window.iter().enumerate();
        places.fold(u8::MAX, |left, (place, byte)| left & groups_at(*byte, (&self.lower, &self.upper), place))
    }
}

/// The groups that have a byte at a place of their windows.
fn groups_at(byte: u8, (lower, upper): (&[[u8; 16]; WIDTH], &[[u8; 16]; WIDTH]), place: usize) -> u8 {
    let of_half = |table: &[[u8; 16]; WIDTH], half: u8| {
        table.get(place).and_then(|table| table.get(usize::from(half))).copied().unwrap_or_default()
    };
    of_half(lower, byte & 0x0f) & of_half(upper, byte >> 4)
}

fn bits(all: impl DoubleEndedIterator<Item = bool>) -> u8 {
    all.rev().fold(0, |bits, is| bits << 1 | u8::from(is))
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::blocks::each_wide;
    use crate::random::Random;

    fn group(window: [&[u8]; WIDTH]) -> [Nibbles; WIDTH] {
        window.map(|bytes| {
            if bytes.is_empty() {
                return Nibbles::ALL;
            }
            bytes.iter().fold(Nibbles::default(), |set, byte| set.with(*byte))
        })
    }

    #[test]
    fn a_set_has_its_bytes_and_what_their_halves_make() {
        let set = Nibbles::default().with(b'a').with(b'Z');
        assert_eq!(set.bytes().collect::<Vec<_>>(), b"QZaj");
        assert_eq!(Nibbles::ALL.bytes().collect::<Vec<_>>(), (0..=u8::MAX).collect::<Vec<_>>());
        assert_eq!(Nibbles::default().bytes().count(), 0);
        assert_eq!(Nibbles::default().with(b'a').and(Nibbles::default().with(b'Z')), set);
        let by_lower = Nibbles::default().with(b'a').by_lower();
        assert!(by_lower.bytes().eq((0..=u8::MAX).filter(|byte| byte & 0x0f == 1)));
    }

    #[test]
    fn windows_are_marked_where_they_begin() {
        let groups = [
            group([b"aA", b"bB", b"cC", b"xX"]),
            group([b"@", b"", b"", b""]),
            group([b"\xc3", b"\x9f", b"", b""]),
        ];
        let windows = Windows::of(&groups);
        let mut random = Random::seeded([1, 2, 3, 4]);
        for length in [0, 1, 2, 63, 64, 65, 66, 67, 68, 128, 129, 400] {
            let bytes: Vec<u8> =
                (0..length).map(|_| b"aAbBcC@\xc3\x9f xx"[random.draw() as usize % 12]).collect();
            let mut marked = Vec::new();
            each_wide(&bytes, |start, block: &[u8; WIDE]| {
                let marks = windows.marks(block);
                marked.extend((0..BLOCK).filter(|at| marks >> at & 1 == 1).map(|at| start + at));
                true
            });
            let at = |at: usize| bytes.get(at).copied().unwrap_or_default();
            let window = |start: usize| std::array::from_fn(|place| at(start + place));
            let expected: Vec<usize> = (0..length).filter(|at| windows.groups(window(*at)) != 0).collect();
            assert_eq!(marked, expected, "{}", bytes.escape_ascii());
            for start in 0..length {
                let window = window(start);
                let is = |has: bool, group: u8| u8::from(has) << group;
                let expected = is(window.eq_ignore_ascii_case(b"abcx"), 0)
                    | is(window[0] == b'@', 1)
                    | is(window.starts_with(b"\xc3\x9f"), 2);
                assert_eq!(windows.groups(window), expected, "{}", window.escape_ascii());
            }
        }
    }

    #[test]
    fn more_groups_than_bits_are_not_looked_for() {
        let windows = Windows::of(&[group([b"a", b"b", b"c", b"d"]); 9]);
        assert_eq!(windows.groups(*b"abcd"), u8::MAX);
    }
}
