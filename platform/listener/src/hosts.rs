//! By which names a server may be called. A page of another site can make a browser's name for its own server point
//! here; the request then has that name as its host, and by that it is known.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use http::request::Parts;
use http::uri::Authority;
use http::{StatusCode, Version, header};

/// The names under which a listener answers. Loopback names and the address that the client connected to always are.
#[derive(Debug, Clone)]
pub struct AllowedHosts {
    names: Names,
    /// The setting that lists them, for whoever is refused.
    setting: &'static str,
}

#[derive(Debug, Clone)]
enum Names {
    Any,
    /// In lower case; one that begins with `*.` stands for all names below.
    Listed(Vec<String>),
}

/// Why a request is not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostFault {
    #[error("the request must have one Host header")]
    NotOne,
    #[error("the Host header is not a name or an address")]
    Malformed,
    #[error("this server is not called that; its names are listed in {0}")]
    Foreign(&'static str),
}

impl HostFault {
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::NotOne | Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Foreign(_) => StatusCode::MISDIRECTED_REQUEST,
        }
    }

    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotOne | Self::Malformed => "BAD_USER_INPUT",
            Self::Foreign(_) => "FORBIDDEN_HOST",
        }
    }
}

/// A name that is listed and that no request could ever have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a name without port, such as `shop.example` or `*.shop.example`")]
pub struct ListedFault(String);

impl AllowedHosts {
    /// Refuses the first name of a list that is none.
    pub fn check_listed(listed: &[String]) -> Result<(), ListedFault> {
        match listed.iter().find(|name| *name != "*" && !is_host(name)) {
            Some(wrong) => Err(ListedFault(wrong.clone())),
            None => Ok(()),
        }
    }

    /// The names that are listed, `*` for any. None listed: on loopback its own names alone, elsewhere any.
    pub fn new(listed: &[String], listen: SocketAddr, setting: &'static str) -> Self {
        let any = listed.iter().any(|name| name == "*");
        let names = match any || (listed.is_empty() && !listen.ip().is_loopback()) {
            true => Names::Any,
            false => Names::Listed(listed.iter().map(|name| name.to_ascii_lowercase()).collect()),
        };
        Self { names, setting }
    }

    /// Whether a request that came to `local` names this server, and once.
    pub fn check(&self, parts: &Parts, local: Option<IpAddr>) -> Result<(), HostFault> {
        let mut hosts = parts.headers.get_all(header::HOST).iter();
        let named = (hosts.next(), hosts.next());
        let header = match named {
            (Some(host), None) => {
                let host = Authority::try_from(host.as_bytes()).map_err(|_| HostFault::Malformed)?;
                Some(host)
            }
            // HTTP/2 has the name in the request line.
            (None, None) if parts.version >= Version::HTTP_2 && parts.uri.authority().is_some() => None,
            _ => return Err(HostFault::NotOne),
        };
        for authority in header.iter().chain(parts.uri.authority()) {
            // Behind the host there is nothing but a port, of which RFC 3986 (3.2.3) lets the colon stand alone.
            let rest = authority.as_str().strip_prefix(authority.host());
            let is_port = |port: &str| port.is_empty() || port.parse::<u16>().is_ok();
            if !rest.is_some_and(|rest| rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port)) {
                return Err(HostFault::Malformed);
            }
            if !self.allows(authority.host(), local) {
                return Err(HostFault::Foreign(self.setting));
            }
        }
        Ok(())
    }

    fn allows(&self, host: &str, local: Option<IpAddr>) -> bool {
        let Names::Listed(listed) = &self.names else { return !host.is_empty() };
        let host = host.to_ascii_lowercase();
        let host = host.strip_suffix('.').unwrap_or(&host);
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
        if let Some(address) = address.map(|address| address.to_canonical())
            && (address.is_loopback() || local.map(|local| local.to_canonical()) == Some(address))
        {
            return true;
        }
        host == "localhost"
            || host.ends_with(".localhost")
            || listed.iter().any(|name| match name.strip_prefix('*') {
                Some(end) => host.len() > end.len() && host.ends_with(end),
                None => host == name,
            })
    }
}

/// Whether this is an address, or a name whose first label may be `*`. An address of IPv6 stands in brackets, as in a
/// URL.
fn is_host(name: &str) -> bool {
    if let Some(inner) = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return inner.parse::<Ipv6Addr>().is_ok();
    }
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    name.len() <= 253 && name.strip_prefix("*.").unwrap_or(name).split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn check(listed: &[&str], listen: &str, hosts: &[&str]) -> Result<(), HostFault> {
        let listed: Vec<String> = listed.iter().map(|name| (*name).to_owned()).collect();
        let listen: SocketAddr = listen.parse().unwrap();
        let mut request = Request::get("/");
        for host in hosts {
            request = request.header(header::HOST, *host);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        AllowedHosts::new(&listed, listen, "allowed_hosts").check(&parts, Some(listen.ip()))
    }

    const LOOPBACK: &str = "127.0.0.1:4000";

    #[test]
    fn on_loopback_only_its_own_names_are_answered() {
        for own in [
            "localhost",
            "localhost:4000",
            "LOCALHOST.",
            "shop.localhost",
            "127.0.0.1:4000",
            "[::1]:4000",
            "[::1]:",
        ] {
            assert_eq!(check(&[], LOOPBACK, &[own]), Ok(()), "{own}");
        }
        for foreign in
            ["evil.example", "evil.example:4000", "127.0.0.1.evil.example", "evillocalhost", "10.0.0.1"]
        {
            assert_eq!(
                check(&[], LOOPBACK, &[foreign]),
                Err(HostFault::Foreign("allowed_hosts")),
                "{foreign}"
            );
        }
    }

    #[test]
    fn elsewhere_any_name_is_answered_until_some_are_listed() {
        assert_eq!(check(&[], "0.0.0.0:80", &["shop.example"]), Ok(()));
        assert_eq!(check(&["*"], LOOPBACK, &["shop.example"]), Ok(()));
        let listed = ["Shop.example", "*.souk.example"];
        for own in ["shop.example", "a.b.souk.example:443", "10.0.0.7", "localhost"] {
            assert_eq!(check(&listed, "10.0.0.7:80", &[own]), Ok(()), "{own}");
        }
        for foreign in ["evil.example", "souk.example", "10.0.0.8", "xsouk.example"] {
            assert!(check(&listed, "10.0.0.7:80", &[foreign]).is_err(), "{foreign}");
        }
    }

    #[test]
    fn a_name_that_no_request_could_have_is_not_listed() {
        for name in ["*", "shop.example", "Shop.example", "*.shop.svc", "10.0.0.7", "[::1]", "my_shop"] {
            assert_eq!(AllowedHosts::check_listed(&[name.to_owned()]), Ok(()), "{name}");
        }
        for wrong in
            ["", "http://shop.example/", "shop.example:443", "shop.example.", "*shop", "a.*.b", "::1", "a b"]
        {
            assert!(AllowedHosts::check_listed(&[wrong.to_owned()]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_host_that_is_missing_doubled_or_malformed_is_refused() {
        assert_eq!(check(&[], LOOPBACK, &[]), Err(HostFault::NotOne));
        assert_eq!(check(&[], LOOPBACK, &["localhost", "localhost"]), Err(HostFault::NotOne));
        for malformed in [
            "",
            "a b",
            "localhost/..",
            "user@localhost",
            "[::1].evil.example",
            "[::1]evil.example:80",
            "localhost:80.evil.example",
            "127.0.0.1:0x50",
            "localhost:99999",
        ] {
            assert_eq!(check(&[], LOOPBACK, &[malformed]), Err(HostFault::Malformed), "{malformed}");
        }
    }
}
