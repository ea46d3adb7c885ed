//! Whose batch is whose: one small table that all workers share.
//!
//! A courier holds a slot by a lease, which it renews whenever it posts. A VM that is gone renews nothing.

use crate::memory::{Change, Shared, swap};

/// For how long a batch is a courier's without a sign of it: longer than a post may take, and the pause after it.
pub(super) const LEASE_MS: u64 = 15_000;

/// Workers read the clock before they win a swap: a lease from this little into the future is of now.
const SKEW_MS: u64 = 1_000;

/// Batches at once: more than an Envoy has workers. A worker that finds none free waits.
pub(super) const SLOTS: usize = 64;

const KEY: &str = "outbox/leases";

/// Bytes of one entry: a courier and a time, both little-endian u64.
const ENTRY: usize = 16;

/// Who has a slot (0: nobody), and until when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Lease {
    courier: u64,
    until_ms: u64,
}

impl Lease {
    /// Whether its courier gave no sign for as long as it lasts. One that ends later than any given now is of a clock
    /// that was set back since: a courier that is there has its batch posted twice then, at worst.
    fn is_lost(&self, now_ms: u64) -> bool {
        let latest_ms = now_ms.saturating_add(LEASE_MS).saturating_add(SKEW_MS);
        self.courier != 0 && (self.until_ms < now_ms || self.until_ms > latest_ms)
    }
}

/// The table.
pub(super) struct Leases<'a>(pub(super) &'a dyn Shared);

impl Leases<'_> {
    /// A slot that nobody has.
    pub(super) fn claim(&self, courier: u64, until_ms: u64) -> Option<usize> {
        self.first(|lease| lease.courier == 0, Lease { courier, until_ms })
    }

    /// A slot whose courier let its lease run out.
    pub(super) fn adopt(&self, courier: u64, now_ms: u64, until_ms: u64) -> Option<usize> {
        self.first(|lease| lease.is_lost(now_ms), Lease { courier, until_ms })
    }

    /// Goes on having a slot; false where another courier has it by now.
    pub(super) fn renew(&self, slot: usize, courier: u64, until_ms: u64) -> bool {
        self.replace(slot, courier, Lease { courier, until_ms })
    }

    /// Leaves a slot to whoever wants its batch.
    pub(super) fn let_go(&self, slot: usize, courier: u64) {
        self.replace(slot, courier, Lease { courier, until_ms: 0 });
    }

    /// Gives a slot back, whose batch is empty.
    pub(super) fn free(&self, slot: usize, courier: u64) {
        self.replace(slot, courier, Lease::default());
    }

    /// Whether nobody has any.
    pub(super) fn are_free(&self) -> bool {
        let (bytes, _) = self.0.load(KEY);
        read(bytes.as_deref()).iter().all(|lease| lease.courier == 0)
    }

    fn replace(&self, slot: usize, courier: u64, by: Lease) -> bool {
        self.change(|leases| {
            let lease = leases.get_mut(slot).filter(|lease| lease.courier == courier)?;
            *lease = by;
            Some(slot)
        })
        .is_some()
    }

    fn first(&self, is_wanted: impl Fn(&Lease) -> bool, by: Lease) -> Option<usize> {
        self.change(|leases| {
            let slot = leases.iter().position(&is_wanted)?;
            *leases.get_mut(slot)? = by;
            Some(slot)
        })
    }

    /// Changes the table, unless there is nothing to change.
    fn change(&self, change: impl Fn(&mut [Lease; SLOTS]) -> Option<usize>) -> Option<usize> {
        swap(self.0, KEY, |bytes| {
            let mut leases = read(bytes);
            match change(&mut leases) {
                Some(slot) => Change::Store(write(&leases), Some(slot)),
                None => Change::Keep(None),
            }
        })?
    }
}

fn read(bytes: Option<&[u8]>) -> [Lease; SLOTS] {
    let mut leases = [Lease::default(); SLOTS];
    let entries = bytes.unwrap_or_default().as_chunks::<ENTRY>().0;
    for (lease, entry) in leases.iter_mut().zip(entries) {
        let (courier, until_ms) = entry.split_at(ENTRY / 2);
        *lease = Lease { courier: number(courier), until_ms: number(until_ms) };
    }
    leases
}

fn number(bytes: &[u8]) -> u64 {
    bytes.try_into().map_or(0, u64::from_le_bytes)
}

fn write(leases: &[Lease; SLOTS]) -> Vec<u8> {
    let mut bytes = vec![0; SLOTS * ENTRY];
    for (lease, entry) in leases.iter().zip(bytes.as_chunks_mut::<ENTRY>().0) {
        // As one number: the first half of its bytes is the lower one.
        *entry = (u128::from(lease.courier) | u128::from(lease.until_ms) << 64).to_le_bytes();
    }
    bytes
}
