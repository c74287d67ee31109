//! Whose address a request comes from. A proxy appends to `X-Forwarded-For` the address that it was connected from, so
//! the list is believed from its right end, and only as far as trusted proxies wrote it: what stands further left is
//! whatever the client liked to write.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::{HeaderMap, HeaderValue};
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Proxies in a row that are looked past. A longer list is nobody's real way to us.
const MAX_HOPS: usize = 32;

/// The client of a request, in the request's extensions. IPv4 is never written as IPv6 here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// The proxies before us.
#[derive(Debug)]
pub struct Proxies {
    networks: Vec<IpNet>,
    warned: AtomicBool,
}

impl Proxies {
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self { networks, warned: AtomicBool::new(false) }
    }

    pub fn trust(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// The first address, seen from us, that is no trusted proxy. Where a proxy's own word is missing or no address
    /// (`unknown`, say), the client is only known to be behind it, and the proxy's address stands for it.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> ClientAddress {
        let mut client = peer.to_canonical();
        if !self.trust(client) {
            self.warn_of_a_proxy(client, headers);
            return ClientAddress(client);
        }
        let lines = headers.get_all(FORWARDED_FOR).iter().rev();
        for hop in lines.flat_map(hops).take(MAX_HOPS) {
            let Some(address) = address(hop) else { break };
            client = address;
            if !self.trust(client) {
                break;
            }
        }
        ClientAddress(client)
    }

    /// Once a process, and never what the header says.
    fn warn_of_a_proxy(&self, peer: IpAddr, headers: &HeaderMap) {
        if headers.contains_key(FORWARDED_FOR) && !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                %peer,
                "a request came with X-Forwarded-For, which is ignored; if a proxy of yours sent it, \
                set TRUSTED_PROXIES to its address or network"
            );
        }
    }
}

/// The entries of one line, from the right. One that is no text is one that is no address.
fn hops(line: &HeaderValue) -> impl Iterator<Item = &str> {
    line.to_str().unwrap_or("unreadable").rsplit(',').map(str::trim).filter(|hop| !hop.is_empty())
}

/// `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:443`.
fn address(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']')).unwrap_or(hop);
    let address = bare.parse().or_else(|_| hop.parse().map(|socket: SocketAddr| socket.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The client of a request that came from `peer` with these lines, where 10.0.0.0/8, fd00::/8 and ::1 are proxies.
    fn client(peer: &str, lines: &[&str]) -> String {
        let networks = ["10.0.0.0/8", "fd00::/8", "::1/128"].map(|network| network.parse().unwrap());
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        Proxies::new(networks.to_vec()).client(peer.parse().unwrap(), &headers).0.to_string()
    }

    #[test]
    fn the_client_is_the_first_address_from_the_right_that_is_no_proxy() {
        let table: [(&str, &[&str], &str); 23] = [
            // Who is no proxy is the client, whatever he writes.
            ("203.0.113.9", &[], "203.0.113.9"),
            ("203.0.113.9", &["192.0.2.1"], "203.0.113.9"),
            ("::ffff:203.0.113.9", &["192.0.2.1"], "203.0.113.9"),
            // One proxy, which wrote the last entry; the first is the client's invention.
            ("10.0.0.1", &["192.0.2.1"], "192.0.2.1"),
            ("10.0.0.1", &["198.51.100.7, 192.0.2.1"], "192.0.2.1"),
            ("::ffff:10.0.0.1", &["198.51.100.7", "192.0.2.1"], "192.0.2.1"),
            // Several, in one line or in many.
            ("10.0.0.1", &["198.51.100.7, 192.0.2.1, 10.0.0.2,10.0.0.3"], "192.0.2.1"),
            ("10.0.0.1", &["198.51.100.7", "192.0.2.1, fd00::1", "10.0.0.3"], "192.0.2.1"),
            // A forged entry that looks like a proxy's is left of the true one.
            ("10.0.0.1", &["10.9.9.9, 192.0.2.1"], "192.0.2.1"),
            // A client within the trusted networks.
            ("10.0.0.1", &["10.0.0.2"], "10.0.0.2"),
            ("10.0.0.1", &[], "10.0.0.1"),
            // Ports, brackets, spaces, empty entries, IPv4 as IPv6.
            ("::1", &["192.0.2.1:4711"], "192.0.2.1"),
            ("::1", &["2001:db8::1"], "2001:db8::1"),
            ("::1", &["[2001:db8::1]"], "2001:db8::1"),
            ("::1", &["[2001:DB8::1]:4711"], "2001:db8::1"),
            ("::1", &[" 192.0.2.1 , , 10.0.0.2 ,"], "192.0.2.1"),
            ("::1", &["::ffff:192.0.2.1"], "192.0.2.1"),
            // What is no address ends the way: the client is behind the last proxy that is known.
            ("10.0.0.1", &["192.0.2.1, unknown"], "10.0.0.1"),
            ("10.0.0.1", &["192.0.2.1, _hidden, 10.0.0.2"], "10.0.0.2"),
            ("10.0.0.1", &["192.0.2.1", "\u{fc}", "10.0.0.2"], "10.0.0.2"),
            ("10.0.0.1", &["192.0.2.256"], "10.0.0.1"),
            ("10.0.0.1", &["fe80::1%eth0"], "10.0.0.1"),
            ("10.0.0.1", &["[192.0.2.1"], "10.0.0.1"),
        ];
        for (peer, lines, expected) in table {
            assert_eq!(client(peer, lines), expected, "{peer} {lines:?}");
        }
    }

    #[test]
    fn a_list_without_end_is_read_for_some_hops_only() {
        let hops = |count: usize| format!("192.0.2.1{}", ", 10.0.0.2".repeat(count));
        assert_eq!(client("10.0.0.1", &[&hops(MAX_HOPS - 1)]), "192.0.2.1");
        assert_eq!(client("10.0.0.1", &[&hops(MAX_HOPS)]), "10.0.0.2");
        assert_eq!(client("10.0.0.1", &[&hops(10_000)]), "10.0.0.2");
    }

    #[test]
    fn without_trusted_proxies_nobody_is_believed() {
        let headers = HeaderMap::from_iter([(FORWARDED_FOR.parse().unwrap(), "192.0.2.1".parse().unwrap())]);
        let client = Proxies::new(Vec::new()).client("127.0.0.1".parse().unwrap(), &headers);
        assert_eq!(client.0.to_string(), "127.0.0.1");
    }
}
