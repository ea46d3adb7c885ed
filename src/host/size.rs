//! How large a map of headers is: a call that brings no bytes, and so costs an eighth of reading the map.

use proxy_wasm::types::MapType;

// https://github.com/proxy-wasm/spec/tree/main/abi-versions/v0.2.1#proxy_get_header_map_size
unsafe extern "C" {
    fn proxy_get_header_map_size(map: u32, size: *mut usize) -> u32;
}

/// Bytes of all names and values of a map; `None` where the host does not tell.
pub fn of_map(map: MapType) -> Option<usize> {
    let mut size = 0;
    // SAFETY: the host writes one number of 32 bits, which a `usize` is here.
    let status = unsafe { proxy_get_header_map_size(map as u32, &raw mut size) };
    (status == 0).then_some(size)
}
