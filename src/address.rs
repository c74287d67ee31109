//! What an address of the internet says about whose it is.

use std::net::{IpAddr, Ipv6Addr};

/// What is counted as one place: an IPv4 address, or the /64 that an IPv6 address is in. That is the least that one
/// customer gets, and who has it can take another address of it for every request.
pub fn place(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(address: &str) -> IpAddr {
        place(address.parse().unwrap())
    }

    #[test]
    fn a_place_is_an_ipv4_address_or_64_bits_of_an_ipv6_address() {
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.1"));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }
}
