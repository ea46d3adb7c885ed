//! Envoy's shared data as the memory of limits and cooldowns. It outlives a VM and is seen by every worker.

use proxy_wasm::hostcalls;

use crate::memory::Shared;

/// Shared data of this VM id.
pub struct SharedData;

impl Shared for SharedData {
    fn load(&self, key: &str) -> (Option<Vec<u8>>, Option<u32>) {
        hostcalls::get_shared_data(key).unwrap_or((None, None))
    }

    fn store(&self, key: &str, value: &[u8], cas: Option<u32>) -> bool {
        hostcalls::set_shared_data(key, Some(value), cas).is_ok()
    }
}
