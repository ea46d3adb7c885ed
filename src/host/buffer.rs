//! Writing into a body that is buffered. The SDK's function panics where the host refuses, as it does where no body has
//! come: what is refused here is the caller's to log.

use proxy_wasm::types::BufferType;

// https://github.com/proxy-wasm/spec/tree/main/abi-versions/v0.2.1#proxy_set_buffer_bytes
unsafe extern "C" {
    fn proxy_set_buffer_bytes(buffer: u32, start: usize, size: usize, bytes: *const u8, length: usize)
    -> u32;
}

/// Replaces `size` bytes from `start` on.
///
/// # Errors
/// The host's status, where it has no such buffer or none that may be written.
pub fn replace(buffer: BufferType, start: usize, size: usize, bytes: &[u8]) -> Result<(), u32> {
    // SAFETY: the host reads so many bytes from there, and keeps none of them.
    let status = unsafe { proxy_set_buffer_bytes(buffer as u32, start, size, bytes.as_ptr(), bytes.len()) };
    if status == 0 { Ok(()) } else { Err(status) }
}
