//! How many connections there are, in all and of one client.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::address::place;

/// Which bound is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    All,
    Client,
}

pub struct Slots(Arc<Counts>);

struct Counts {
    max: usize,
    max_per_client: usize,
    taken: Mutex<Taken>,
}

/// As many clients as connections at most.
#[derive(Default)]
struct Taken {
    all: usize,
    clients: HashMap<IpAddr, usize>,
}

impl Slots {
    pub fn new(max: usize, max_per_client: usize) -> Self {
        Self(Arc::new(Counts { max, max_per_client, taken: Mutex::default() }))
    }

    /// A slot for one more connection, of `client` or of a trusted proxy.
    pub fn take(&self, client: Option<IpAddr>) -> Result<Slot, Full> {
        let client = client.map(place);
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= self.0.max {
            return Err(Full::All);
        }
        if let Some(client) = client {
            let count = taken.clients.entry(client).or_default();
            if *count >= self.0.max_per_client {
                return Err(Full::Client);
            }
            *count += 1;
        }
        taken.all += 1;
        Ok(Slot { counts: Arc::clone(&self.0), client })
    }
}

/// Free again when dropped.
pub struct Slot {
    counts: Arc<Counts>,
    client: Option<IpAddr>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.counts.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        let Some(client) = self.client else { return };
        if let Some(count) = taken.clients.get_mut(&client) {
            *count -= 1;
            if *count == 0 {
                taken.clients.remove(&client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A slot for a client with this address.
    fn take(slots: &Slots, client: &str) -> Result<Slot, Full> {
        slots.take(Some(client.parse().unwrap()))
    }

    #[test]
    fn a_client_has_its_share_a_proxy_all_and_what_ends_makes_room() {
        let slots = Slots::new(4, 2);
        let mut held = vec![take(&slots, "192.0.2.1").ok(), take(&slots, "192.0.2.1").ok()];
        assert_eq!(take(&slots, "192.0.2.1").err(), Some(Full::Client));
        held.push(take(&slots, "192.0.2.2").ok());
        held.push(slots.take(None).ok());
        assert!(held.iter().all(Option::is_some));
        assert_eq!(slots.take(None).err(), Some(Full::All));
        assert_eq!(take(&slots, "192.0.2.3").err(), Some(Full::All));
        held.remove(0);
        assert!(take(&slots, "192.0.2.1").is_ok());
        held.clear();
        // Nothing is remembered of who is gone, nor of who was refused.
        let taken = slots.0.taken.lock().unwrap();
        assert_eq!((taken.all, taken.clients.len()), (0, 0));
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_client() {
        let slots = Slots::new(9, 1);
        let _held = take(&slots, "2001:db8:1:2::1").ok();
        assert_eq!(take(&slots, "2001:db8:1:2:ffff::9").err(), Some(Full::Client));
        assert!(take(&slots, "2001:db8:1:3::1").is_ok());
    }
}
