//! The most memory that programs had, over all their lives.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use spillway_e2e::{Failure, process};
use tokio::task::JoinHandle;

use crate::ensure;

/// Between two looks. The kernel keeps the peak of each life, so a look may be late, but not after the end.
const INTERVAL: Duration = Duration::from_millis(100);

/// Bytes by program.
type Peaks = Arc<Mutex<BTreeMap<&'static str, u64>>>;

/// Looks at programs until it is dropped.
pub struct Memory {
    peaks: Peaks,
    looking: JoinHandle<()>,
}

impl Memory {
    /// Begins to look at programs by their names and process ids, which may change.
    pub fn watch(programs: Vec<(&'static str, Arc<AtomicU32>)>) -> Self {
        let peaks = Peaks::default();
        let seen = Arc::clone(&peaks);
        let looking = tokio::spawn(async move {
            loop {
                look(&programs, &seen);
                tokio::time::sleep(INTERVAL).await;
            }
        });
        Self { peaks, looking }
    }

    /// The most bytes that were seen of each.
    pub fn peaks(&self) -> BTreeMap<&'static str, u64> {
        self.peaks.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// No program has had more than its bound.
    ///
    /// # Errors
    /// One had, or was never seen.
    pub fn check(&self, bounds: &[(&'static str, u64)]) -> Result<(), Failure> {
        let peaks = self.peaks();
        for (name, bound) in bounds {
            let peak = peaks.get(name).ok_or_else(|| format!("{name} was never seen"))?;
            ensure(peak <= bound, || format!("{name} had {peak} bytes of memory, more than {bound}"))?;
        }
        Ok(())
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.looking.abort();
    }
}

fn look(programs: &[(&'static str, Arc<AtomicU32>)], peaks: &Peaks) {
    for (name, pid) in programs {
        // One that was just killed is not there.
        let Ok(bytes) = process::peak_bytes(pid.load(Ordering::SeqCst)) else { continue };
        let mut peaks = peaks.lock().unwrap_or_else(PoisonError::into_inner);
        let peak = peaks.entry(name).or_default();
        *peak = bytes.max(*peak);
    }
}
