//! Time, randomness and filter state, as the host gives them.

use std::cell::Cell;
use std::time::UNIX_EPOCH;

use proxy_wasm::hostcalls;
use proxy_wasm::types::{BufferType, MapType};

use crate::hex;
use crate::random::Random;

pub use crate::exchange::filter_state::{CONTEXT, DEPARTED, EVENT, OWED, REPORT, SUMMARY};

/// More than any buffer holds: "all of it".
pub const ALL: usize = u32::MAX as usize;

thread_local! {
    /// When the callback that runs was first asked what time it is.
    static NOW: Cell<Option<u64>> = const { Cell::new(None) };
    /// The time was asked on behalf of the next callback.
    static JUST_ASKED: Cell<bool> = const { Cell::new(false) };
}

/// Forgets what time it is: a callback begins.
pub fn begin() {
    if !JUST_ASKED.replace(false) {
        NOW.set(None);
    }
}

/// The time, for the callback that follows as well: what makes a request's context is followed by its headers, at once.
pub fn now_and_next_us() -> u64 {
    NOW.set(None);
    JUST_ASKED.set(true);
    now_us()
}

/// Microseconds since the epoch, the same through all of a callback: a call to the host costs more than most of what
/// is done with the answer. 0 where the host has no clock.
pub fn now_us() -> u64 {
    NOW.with(|now| match now.get() {
        Some(us) => us,
        None => {
            let us = clock_us();
            now.set(Some(us));
            us
        }
    })
}

/// Microseconds since the epoch, at this very moment.
pub fn clock_us() -> u64 {
    let now = hostcalls::get_current_time().ok();
    let since = now.and_then(|now| now.duration_since(UNIX_EPOCH).ok());
    since.map_or(0, |since| u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
}

thread_local! {
    /// Seeded from the host once per VM: a call to the host costs more than the draw.
    static RANDOM: Cell<Random> = Cell::new(Random::seeded(seed()));
}

/// A random number.
pub fn dice() -> u64 {
    RANDOM.with(|cell| {
        let mut random = cell.get();
        let drawn = random.draw();
        cell.set(random);
        drawn
    })
}

/// A UUID that begins with the time in milliseconds (version 7, RFC 9562 §5.7), so that ids of requests that follow each
/// other stand beside each other in the ledger's indexes: a batch of random ones would change a page for each.
pub fn unique_id(now_us: u64) -> String {
    let milliseconds = u128::from(now_us / 1_000) & 0xffff_ffff_ffff;
    let bits = milliseconds << 80 | u128::from(dice() & 0xffff) << 64 | u128::from(dice());
    let bits = bits & !(0xf << 76) | 0x7 << 76;
    let bits = bits & !(0x3 << 62) | 0x2 << 62;
    hex::uuid(bits)
}

/// Random bits that nobody else knows, if the host has any: what is drawn by [`dice`] is told in ids.
pub fn secret() -> Option<[u64; 2]> {
    let bits = || Ok([getrandom::u64()?, getrandom::u64()?]);
    let drawn: Result<_, getrandom::Error> = bits();
    drawn.inspect_err(|error| log::error!("spillway: the host gives no randomness: {error}")).ok()
}

fn seed() -> [u64; 4] {
    let mut bytes = [0; 32];
    if let Err(error) = getrandom::fill(&mut bytes) {
        log::error!("spillway: the host gives no randomness: {error}");
    }
    let mut seed = [0; 4];
    for (word, chunk) in seed.iter_mut().zip(bytes.chunks_exact(8)) {
        *word = chunk.iter().fold(clock_us(), |all, byte| all << 8 ^ u64::from(*byte) ^ all >> 56);
    }
    seed
}

/// A property, `None` where the host has none.
pub fn property(path: &[&str]) -> Option<Vec<u8>> {
    hostcalls::get_property(path.to_vec()).ok().flatten()
}

/// A property of type string.
pub fn text_property(path: &[&str]) -> Option<String> {
    String::from_utf8(property(path)?).ok()
}

/// A property of type unsigned integer, which the host writes in little-endian order.
pub fn number_property(path: &[&str]) -> Option<u64> {
    property(path)?.try_into().ok().map(u64::from_le_bytes)
}

/// Every header of a map; none where the map cannot be read.
pub fn headers(map: MapType) -> Vec<(String, Vec<u8>)> {
    hostcalls::get_map_bytes(map).unwrap_or_default()
}

/// Everything that is buffered.
pub fn buffered(buffer: BufferType) -> Vec<u8> {
    hostcalls::get_buffer(buffer, 0, ALL).ok().flatten().unwrap_or_default()
}

/// What is buffered behind so many bytes.
pub fn buffered_from(buffer: BufferType, from: usize) -> Vec<u8> {
    hostcalls::get_buffer(buffer, from, ALL).ok().flatten().unwrap_or_default()
}

/// Replaces everything that is buffered.
pub fn replace_buffered(buffer: BufferType, bytes: &[u8]) {
    if let Err(status) = super::buffer::replace(buffer, 0, ALL, bytes) {
        log::error!("spillway: cannot replace a body: {status}");
    }
}
