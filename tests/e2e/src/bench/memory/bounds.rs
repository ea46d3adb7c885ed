//! What memory may be, compared with that after the first small requests.

use super::Reading;
use super::report::mebibytes;

/// Of Envoy's process, in percent: whatever came, the VM's own growth aside where bodies were larger than [`USUAL`].
const MOST_PERCENT: u64 = 120;
/// Bodies up to here, in bytes, with some more for what 8 MB are in JSON: the VM's growth counts.
const USUAL: usize = 9 << 20;
/// Of the VM, as a multiple of the largest body, over what it had at first: docs/DEPLOY.md.
pub const MOST_TIMES: u64 = 3;

/// What is beyond its bound, in words; empty where nothing is.
pub fn exceeded(readings: &[Reading]) -> Vec<String> {
    let Some(first) = readings.first() else { return vec!["nothing was measured".to_owned()] };
    readings
        .iter()
        .flat_map(|reading| [of_envoy(first, reading), of_the_vm(first, reading)])
        .flatten()
        .collect()
}

/// What Envoy may have once it is quiet, with a VM of so many bytes that has seen a body of so many.
pub fn most_of_envoy(first: &Reading, vm: u64, body: usize) -> u64 {
    let aside = if body > USUAL { vm.saturating_sub(first.vm) } else { 0 };
    first.settled * MOST_PERCENT / 100 + aside
}

fn of_envoy(first: &Reading, reading: &Reading) -> Option<String> {
    beyond("Envoy", reading, reading.settled, most_of_envoy(first, reading.vm, reading.body))
}

fn of_the_vm(first: &Reading, reading: &Reading) -> Option<String> {
    let body = u64::try_from(reading.body).unwrap_or(u64::MAX);
    beyond("the VM", reading, reading.vm, first.vm.saturating_add(body.saturating_mul(MOST_TIMES)))
}

fn beyond(who: &str, reading: &Reading, has: u64, most: u64) -> Option<String> {
    let [has_mib, most_mib] = [has, most].map(mebibytes);
    (has > most).then(|| {
        format!("after {} {who} has {has_mib} MiB, more than its bound of {most_mib}", reading.after)
    })
}

#[cfg(test)]
mod tests {
    use super::{Reading, exceeded};

    const MIB: u64 = 1 << 20;

    fn reading(settled: u64, vm: u64, body: usize) -> Reading {
        Reading {
            after: "it".to_owned(),
            at_once: 0,
            settled: settled * MIB,
            quiet_s: 0,
            vm: vm * MIB,
            body: body << 20,
        }
    }

    #[test]
    fn a_fifth_more_is_allowed_and_the_vm_counts() {
        assert!(exceeded(&[reading(100, 6, 0), reading(120, 16, 8)]).is_empty());
        assert_eq!(
            exceeded(&[reading(100, 6, 0), reading(121, 16, 8)]),
            ["after it Envoy has 121 MiB, more than its bound of 120"]
        );
    }

    #[test]
    fn a_vm_that_took_larger_bodies_is_bounded_by_them() {
        assert!(exceeded(&[reading(100, 6, 0), reading(216, 102, 32)]).is_empty());
        assert_eq!(
            exceeded(&[reading(100, 6, 0), reading(218, 103, 32)]),
            [
                "after it Envoy has 218 MiB, more than its bound of 217",
                "after it the VM has 103 MiB, more than its bound of 102"
            ]
        );
    }

    #[test]
    fn nothing_is_no_success() {
        assert_eq!(exceeded(&[]), ["nothing was measured"]);
    }
}
