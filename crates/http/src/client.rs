//! Where a request comes from: the address of the connection, or what proxies we trust say of it.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use actix_web::http::header::HeaderMap;
use ipnet::IpNet;

/// The address of the caller. What stands in `X-Forwarded-For` counts only as far as trusted proxies
/// wrote it: from the right, up to the first address that is none of them.
pub(crate) fn address(peer: Option<SocketAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    let mut nearest = peer.map(|peer| peer.ip().to_canonical())?;
    let said: Vec<&str> =
        headers.get_all("x-forwarded-for").filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).collect();
    for hop in said.into_iter().rev() {
        if !is_trusted(&nearest) {
            break;
        }
        let Ok(before) = hop.trim().parse::<IpAddr>() else { break };
        nearest = before.to_canonical();
    }
    Some(nearest)
}

/// What counts as one address: with IPv6 whoever has one has a whole network of them.
pub(crate) fn neighbourhood(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn of(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(HeaderName::from_static("x-forwarded-for"), HeaderValue::from_str(value).unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        address(Some(peer.parse().unwrap()), &headers, &trusted).unwrap().to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(of("198.51.100.7:5000", &["10.0.0.1"], &[]), "198.51.100.7");
        assert_eq!(of("10.0.0.2:5000", &["203.0.113.9, 198.51.100.7"], &["10.0.0.0/8"]), "198.51.100.7");
        assert_eq!(of("10.0.0.2:5000", &["203.0.113.9", "198.51.100.7, 10.0.0.3"], &["10.0.0.0/8"]), "198.51.100.7");
        assert_eq!(of("10.0.0.2:5000", &["nonsense"], &["10.0.0.0/8"]), "10.0.0.2");
        assert_eq!(of("[::ffff:10.0.0.2]:5000", &["198.51.100.7"], &["10.0.0.0/8"]), "198.51.100.7");
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let one = |text: &str| neighbourhood(text.parse().unwrap()).to_string();
        assert_eq!(one("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(one("192.0.2.1"), "192.0.2.1");
    }
}
