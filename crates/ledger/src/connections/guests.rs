//! The connections that there are. A newcomer is let in as long as one of them is of no use.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::Connections;
use super::guest::Guest;

/// All connections of a listener.
pub(super) struct Guests {
    bounds: Connections,
    there: Mutex<There>,
    /// Told whenever one has gone.
    gone: Notify,
}

#[derive(Default)]
struct There {
    next: u64,
    guests: HashMap<u64, Arc<Guest>>,
    by_address: HashMap<IpAddr, usize>,
    /// The guests, and those who were dismissed and have not gone yet.
    open: usize,
}

/// A place among the connections, which is free again when this value is dropped.
pub(super) struct Place {
    pub(super) guest: Arc<Guest>,
    id: u64,
    guests: Arc<Guests>,
}

impl Guests {
    pub(super) fn new(bounds: Connections) -> Self {
        Self { bounds, there: Mutex::default(), gone: Notify::new() }
    }

    /// A place for a connection from `address`. Where there is none, the connection that is of the least use is closed
    /// for it: of the same address, if that has its share. None where all of them are of use.
    pub(super) fn seat(self: &Arc<Self>, address: IpAddr, now: Instant) -> Option<Place> {
        let guest = Arc::new(Guest::new(network(address), now));
        let mut there = self.lock();
        if there.of(guest.from) >= self.bounds.per_address {
            there.dismiss_one(Some(guest.from), now)?;
        } else if there.guests.len() >= self.bounds.most {
            there.dismiss_one(None, now)?;
        }
        let id = there.add(Arc::clone(&guest));
        Some(Place { guest, id, guests: Arc::clone(self) })
    }

    /// Closes the connection that is of the least use, and returns when one has gone.
    pub(super) async fn make_room(&self) {
        let gone = self.gone.notified();
        if self.lock().dismiss_one(None, Instant::now()).is_none() {
            return std::future::pending().await;
        }
        gone.await;
    }

    /// Returns when so many of those who were dismissed have gone that no more sockets are open than there are places.
    pub(super) async fn settle(&self) {
        loop {
            let gone = self.gone.notified();
            if self.lock().open <= self.bounds.most {
                return;
            }
            gone.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, There> {
        self.there.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl There {
    fn of(&self, from: IpAddr) -> usize {
        self.by_address.get(&from).copied().unwrap_or_default()
    }

    fn add(&mut self, guest: Arc<Guest>) -> u64 {
        let id = self.next;
        self.next += 1;
        self.open += 1;
        *self.by_address.entry(guest.from).or_default() += 1;
        self.guests.insert(id, guest);
        id
    }

    /// It no longer counts at once, though it may take a moment until its socket is closed.
    fn dismiss_one(&mut self, from: Option<IpAddr>, now: Instant) -> Option<()> {
        let candidates = self.guests.iter().filter(|(_, guest)| from.is_none_or(|from| guest.from == from));
        let uses = candidates.filter_map(|(id, guest)| Some((guest.dispensable(now)?, *id)));
        let (_, id) = uses.min()?;
        self.remove(id)?.dismiss();
        Some(())
    }

    fn remove(&mut self, id: u64) -> Option<Arc<Guest>> {
        let guest = self.guests.remove(&id)?;
        if let Some(count) = self.by_address.get_mut(&guest.from) {
            *count -= 1;
            if *count == 0 {
                self.by_address.remove(&guest.from);
            }
        }
        Some(guest)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut there = self.guests.lock();
        there.open -= 1;
        there.remove(self.id);
        drop(there);
        self.guests.gone.notify_waiters();
    }
}

/// Who has one address of version 6 has the other 2⁶⁴ of its network.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() >> 64 << 64)),
        four => four,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const ONE: &str = "10.0.0.1";
    const TWO: &str = "10.0.0.2";

    fn guests(most: usize, per_address: usize) -> Arc<Guests> {
        Arc::new(Guests::new(Connections { most, per_address, ..Connections::default() }))
    }

    fn seated(guests: &Arc<Guests>, address: &str) -> Option<Place> {
        guests.seat(address.parse().unwrap(), Instant::now())
    }

    /// Whether it still has its place.
    fn stays(place: &Place) -> bool {
        place.guests.lock().guests.contains_key(&place.id)
    }

    #[tokio::test]
    async fn an_address_that_has_its_share_makes_room_for_itself() {
        let guests = guests(10, 2);
        let other = seated(&guests, TWO).unwrap();
        let (first, second) = (seated(&guests, ONE).unwrap(), seated(&guests, ONE).unwrap());
        let third = seated(&guests, ONE).unwrap();
        assert_eq!([&other, &first, &second, &third].map(stays), [true, false, true, true]);
        // What was dismissed is told so, and gives no place back a second time.
        first.guest.overstays(&guests.bounds).await;
        drop(first);
        assert_eq!(guests.lock().of(ONE.parse().unwrap()), 2);
    }

    #[test]
    fn those_who_never_asked_go_before_those_who_did() {
        let guests = guests(3, 3);
        let (idle, busy, silent) =
            (seated(&guests, ONE).unwrap(), seated(&guests, ONE).unwrap(), seated(&guests, TWO).unwrap());
        for place in [&idle, &busy] {
            place.guest.begins();
        }
        idle.guest.ends();
        let fourth = seated(&guests, TWO).unwrap();
        assert_eq!([&idle, &busy, &silent, &fourth].map(stays), [true, true, false, true]);
        fourth.guest.begins();
        let fifth = seated(&guests, TWO).unwrap();
        assert_eq!([&idle, &busy, &fourth, &fifth].map(stays), [false, true, true, true]);
        fifth.guest.begins();
        assert!(seated(&guests, TWO).is_none(), "nobody is cut off while something happens");
        drop(busy);
        assert!(seated(&guests, TWO).is_some());
    }

    #[test]
    fn an_answer_that_nobody_reads_keeps_nobody_out() {
        let guests = guests(1, 1);
        let (busy, now) = (seated(&guests, ONE).unwrap(), Instant::now());
        busy.guest.begins();
        let in_time = |seconds| guests.seat(TWO.parse().unwrap(), now + Duration::from_secs(seconds));
        assert!(in_time(59).is_none());
        assert!(in_time(62).is_some());
        assert!(!stays(&busy));
    }

    #[test]
    fn a_network_of_version_6_is_one_address() {
        for (address, network_of) in
            [("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"), ("::ffff:10.0.0.1", ONE), (ONE, ONE)]
        {
            assert_eq!(network(address.parse().unwrap()), network_of.parse::<IpAddr>().unwrap());
        }
    }
}
