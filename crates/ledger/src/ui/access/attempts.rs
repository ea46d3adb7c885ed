//! Wrong credentials, counted by address. Behind a proxy all visitors have one: then they share its count.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};

/// Wrong credentials from one address within [`WINDOW_US`]; the next is not looked at.
const MOST_WRONG: u32 = 10;

/// How long wrong ones count, in microseconds.
const WINDOW_US: u64 = 60_000_000;

/// Most addresses that are remembered. The one that began first is forgotten for another.
const MOST_ADDRESSES: usize = 1_024;

/// Wrong credentials from one address.
struct Wrong {
    since_us: u64,
    count: u32,
}

/// Wrong credentials from each address; none is an address that is not known.
#[derive(Default)]
pub(super) struct Attempts {
    wrong: HashMap<Option<IpAddr>, Wrong>,
}

impl Attempts {
    /// Fails with the seconds to wait where too many wrong ones came.
    pub(super) fn check(&self, peer: Option<IpAddr>, now_us: u64) -> Result<(), u64> {
        match self.wrong.get(&network(peer)) {
            Some(wrong) if wrong.count >= MOST_WRONG && now_us < wrong.since_us + WINDOW_US => {
                Err((wrong.since_us + WINDOW_US - now_us).div_ceil(1_000_000))
            }
            _ => Ok(()),
        }
    }

    /// Counts a wrong one.
    pub(super) fn failed(&mut self, peer: Option<IpAddr>, now_us: u64) {
        self.wrong.retain(|_, wrong| now_us < wrong.since_us + WINDOW_US);
        let peer = network(peer);
        if self.wrong.len() >= MOST_ADDRESSES
            && !self.wrong.contains_key(&peer)
            && let Some(first) =
                self.wrong.iter().min_by_key(|(_, wrong)| wrong.since_us).map(|(peer, _)| *peer)
        {
            self.wrong.remove(&first);
        }
        self.wrong.entry(peer).or_insert(Wrong { since_us: now_us, count: 0 }).count += 1;
    }

    /// Forgets what was wrong before.
    pub(super) fn succeeded(&mut self, peer: Option<IpAddr>) {
        self.wrong.remove(&network(peer));
    }
}

/// Who has one address of version 6 has the other 2⁶⁴ of its network.
fn network(peer: Option<IpAddr>) -> Option<IpAddr> {
    peer.map(|address| match address {
        IpAddr::V6(six) => match six.to_ipv4_mapped() {
            Some(four) => IpAddr::V4(four),
            None => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() >> 64 << 64)),
        },
        four => four,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn a_network_of_version_6_counts_as_one() {
        assert_eq!(network(peer("2001:db8::1")), network(peer("2001:db8::ffff:2")));
        assert_ne!(network(peer("2001:db8::1")), network(peer("2001:db8:0:1::1")));
        assert_eq!(network(peer("::ffff:10.0.0.1")), peer("10.0.0.1"));
    }

    #[test]
    fn a_window_ends_and_a_success_ends_it_too() {
        let mut attempts = Attempts::default();
        for _ in 0..MOST_WRONG {
            assert_eq!(attempts.check(None, 0), Ok(()));
            attempts.failed(None, 0);
        }
        assert_eq!(attempts.check(None, 500_000), Err(60));
        assert_eq!(attempts.check(None, WINDOW_US), Ok(()));
        attempts.succeeded(None);
        assert_eq!(attempts.check(None, 500_000), Ok(()));
    }

    #[test]
    fn addresses_are_bounded() {
        let mut attempts = Attempts::default();
        for number in 0..2 * MOST_ADDRESSES as u32 {
            attempts.failed(Some(IpAddr::from(number.to_be_bytes())), u64::from(number));
        }
        assert_eq!(attempts.wrong.len(), MOST_ADDRESSES);
    }
}
