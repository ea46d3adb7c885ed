//! How often bytes stand in texts: so what is looked for is what few texts hold.

use crate::blocks::{Nibbles, WIDTH};

/// How likely a byte of a text is this one: prose, English and German, and code. Only what is searched for first depends
/// on it, and how long that takes.
fn of_byte(byte: u8) -> f32 {
    const PER_MILLE: f32 = 0.001;
    let per_mille = match byte {
        b' ' => 150.0,
        b'e' => 105.0,
        b't' | b'a' | b'n' | b'i' | b'r' | b's' => 60.0,
        b'o' | b'l' | b'd' | b'h' | b'u' => 35.0,
        b'c' | b'm' | b'g' | b'p' | b'f' | b'b' | b'w' => 18.0,
        b'y' | b'v' | b'k' | b'z' | b'\n' | b'.' | b',' => 10.0,
        b'j' | b'q' | b'x' => 3.0,
        b'A'..=b'Z' => 2.0,
        b'0'..=b'9' | b'!'..=b'~' => 4.0,
        0x80.. => 1.0,
        _ => 0.1,
    };
    per_mille * PER_MILLE
}

/// How likely a byte of a text is in this set.
fn of_set(set: Nibbles) -> f32 {
    if set == Nibbles::ALL {
        return 1.0;
    }
    set.bytes().map(of_byte).sum()
}

/// How likely the block of a byte is to be looked at more closely for these windows, as far as it lies at this byte.
pub(super) fn of_glance([first, second, third, _]: &[Nibbles; WIDTH]) -> f32 {
    of_set(*first) * of_set(second.by_lower()) * of_set(third.by_lower())
}

/// How likely a byte of a text begins one of these windows.
pub(super) fn of_window(window: &[Nibbles; WIDTH]) -> f32 {
    window.iter().map(|set| of_set(*set)).product()
}
