//! The address of the client. `X-Forwarded-For` counts only as far as configured proxies vouch for it.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use http::HeaderMap;
use ipnet::IpNet;

/// Where a request comes from, as far as it can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// What counts as one place to come from: a household or server usually has a whole /64.
    pub fn network(self) -> IpAddr {
        platform_listener::network(self.0)
    }
}

#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The last address in the chain that no trusted proxy has. Each proxy appends whom it heard from, so the list is
    /// read from the right; what stands left of an untrusted address may be invented. Where the chain ends in what is
    /// no address, the client is nobody in particular: not the proxy, which may have rights of its own.
    pub fn client(&self, peer: SocketAddr, headers: &HeaderMap) -> ClientAddress {
        let mut client = peer.ip().to_canonical();
        if !self.trusts(client) {
            return ClientAddress(client);
        }
        let chain: Vec<&[u8]> =
            headers.get_all("x-forwarded-for").iter().map(|line| line.as_bytes()).collect();
        for hop in chain.iter().rev().flat_map(|line| line.rsplit(|byte| *byte == b',')) {
            client = parse(hop).unwrap_or(NOBODY);
            if !self.trusts(client) {
                break;
            }
        }
        ClientAddress(client)
    }
}

/// Whom a proxy heard from that does not say it. It is in no network that has rights.
const NOBODY: IpAddr = IpAddr::V6(Ipv6Addr::UNSPECIFIED);

/// An address with or without a port, brackets or quotes.
fn parse(hop: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(hop).ok()?.trim().trim_matches('"');
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse::<IpAddr>()
        .or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()))
        .ok()
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn client(trusted: &[&str], peer: &str, forwarded: &[&str]) -> String {
        let forwarded: Vec<&[u8]> = forwarded.iter().map(|line| line.as_bytes()).collect();
        client_of(trusted, peer, &forwarded)
    }

    fn client_of(trusted: &[&str], peer: &str, forwarded: &[&[u8]]) -> String {
        let proxies = TrustedProxies::new(trusted.iter().map(|net| net.parse().unwrap()).collect());
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(line).unwrap());
        }
        proxies.client(peer.parse().unwrap(), &headers).0.to_string()
    }

    #[test]
    fn nobody_is_trusted_by_default() {
        assert_eq!(client(&[], "10.0.0.1:9", &["1.1.1.1"]), "10.0.0.1");
    }

    #[test]
    fn the_chain_is_read_from_the_right_up_to_the_first_stranger() {
        let trusted = ["10.0.0.0/8"];
        assert_eq!(client(&trusted, "10.0.0.1:9", &["6.6.6.6, 1.1.1.1, 10.0.0.2"]), "1.1.1.1");
        assert_eq!(client(&trusted, "10.0.0.1:9", &["6.6.6.6", "1.1.1.1:4711"]), "1.1.1.1");
        assert_eq!(client(&trusted, "9.9.9.9:9", &["1.1.1.1"]), "9.9.9.9");
        assert_eq!(client(&trusted, "10.0.0.1:9", &["\"[2001:db8::1]:443\""]), "2001:db8::1");
        assert_eq!(client(&trusted, "10.0.0.1:9", &["[2001:db8::1]"]), "2001:db8::1");
        assert_eq!(client_of(&trusted, "10.0.0.1:9", &[b"\xff, 8.8.8.8"]), "8.8.8.8");
    }

    #[test]
    fn a_client_that_no_proxy_names_is_nobody_rather_than_the_proxy() {
        for chain in ["nonsense, 10.0.0.3", "unknown", "8.8.8.8,", ""] {
            assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1:9", &[chain]), "::", "{chain:?}");
        }
    }
}
