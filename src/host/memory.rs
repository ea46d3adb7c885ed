//! Envoy's shared data as the memory of limits and cooldowns, and its shared queue as that of events. Both outlive a
//! VM and are seen by every worker.

use proxy_wasm::hostcalls;

use crate::memory::{Queue, Shared};

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

/// A shared queue of this VM id.
pub struct SharedQueue(Option<u32>);

impl SharedQueue {
    /// The queue of this name, which is made where there is none yet. Envoy tells whoever asked for it last of each
    /// item; nobody here listens, for the outbox looks by itself.
    pub fn named(name: &str) -> Self {
        Self(hostcalls::register_shared_queue(name).ok())
    }
}

impl Queue for SharedQueue {
    fn put(&self, item: &[u8]) -> bool {
        self.0.is_some_and(|queue| hostcalls::enqueue_shared_queue(queue, Some(item)).is_ok())
    }

    fn take(&self) -> Option<Vec<u8>> {
        hostcalls::dequeue_shared_queue(self.0?).ok().flatten()
    }
}
