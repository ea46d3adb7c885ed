//! A window as the bytes in shared memory: always as many, little endian.

use std::array;

use super::{BUCKET_MS, BUCKETS, Bucket, Window};

/// First bytes of a stored window, so that a foreign or an older value is told from one.
const MAGIC: [u8; 4] = *b"SWL1";
const HEADER_BYTES: usize = 20;
const BUCKET_BYTES: usize = 14;
/// Size of a stored window.
const BYTES: usize = HEADER_BYTES + BUCKETS * BUCKET_BYTES;

impl Window {
    /// Magic, epoch, time; then tokens, requests, last millisecond of each bucket.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(BYTES);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&self.epoch.to_le_bytes());
        bytes.extend_from_slice(&self.now_ms.to_le_bytes());
        for bucket in &self.buckets {
            bytes.extend_from_slice(&bucket.tokens.to_le_bytes());
            bytes.extend_from_slice(&bucket.requests.to_le_bytes());
            bytes.extend_from_slice(&bucket.last.to_le_bytes());
        }
        bytes
    }

    /// The window that `encode` wrote; none if it did not write these bytes.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(&MAGIC).filter(|_| bytes.len() == BYTES)?;
        let (epoch, rest) = rest.split_first_chunk()?;
        let (now_ms, rest) = rest.split_first_chunk()?;
        let mut buckets = rest.chunks_exact(BUCKET_BYTES).map_while(Bucket::decode);
        let mut whole = true;
        let buckets = array::from_fn(|_| {
            buckets.next().unwrap_or_else(|| {
                whole = false;
                Bucket::default()
            })
        });
        let (epoch, now_ms) = (u64::from_le_bytes(*epoch), u64::from_le_bytes(*now_ms));
        whole.then_some(Self { epoch, now_ms, buckets, rebased: false })
    }
}

impl Bucket {
    fn decode(bytes: &[u8]) -> Option<Self> {
        let (tokens, rest) = bytes.split_first_chunk()?;
        let (requests, rest) = rest.split_first_chunk()?;
        let last = u16::from_le_bytes(*rest.first_chunk()?);
        (u64::from(last) < BUCKET_MS).then_some(Self {
            tokens: u64::from_le_bytes(*tokens),
            requests: u32::from_le_bytes(*requests),
            last,
        })
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn window() -> Window {
        let mut window = Window::empty(1_234_567);
        window.add(3, 500);
        window
    }

    #[test]
    fn a_window_survives_its_encoding() {
        let window = window();
        let bytes = window.encode();
        assert_eq!(bytes.len(), BYTES);
        assert_eq!(Window::decode(&bytes), Some(window));
    }

    #[test]
    fn what_is_no_window_is_not_decoded() {
        let good = window().encode();
        let mut foreign = good.clone();
        foreign[0] = b'x';
        let mut impossible = good.clone();
        impossible[HEADER_BYTES + 12..HEADER_BYTES + 14].copy_from_slice(&1000_u16.to_le_bytes());
        let longer = [&good[..], b"!"].concat();
        for bytes in [&[][..], &good[..BYTES - 1], &foreign, &impossible, &longer] {
            assert_eq!(Window::decode(bytes), None);
        }
    }
}
