//! URLs as they may be shown, in errors and where the configuration is printed: it ends in logs and tickets.

use std::net::Ipv6Addr;

/// What names a secret in the query of a URL.
const SECRET: [&str; 4] = ["pass", "secret", "token", "key"];

/// A URL without its password; other text stays as it is. A password that was not escaped may end anywhere: then nothing
/// after the scheme is shown.
pub fn without_secrets(text: &str) -> String {
    // An address or a network of IPv6 has colons, and no scheme.
    let address = text.split_once('/').map_or(text, |(address, _)| address);
    if address.parse::<Ipv6Addr>().is_ok() {
        return text.to_owned();
    }
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c))
    };
    let Some((scheme, rest)) = text.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) else {
        return text.to_owned();
    };
    let Some(rest) = rest.strip_prefix("//") else {
        return if rest.contains([':', '@']) { format!("{scheme}:***") } else { text.to_owned() };
    };
    let (user, place) = match rest.rsplit_once('@') {
        Some((user, _)) if user.contains(['/', '?', '#', '[']) => return format!("{scheme}://***"),
        Some((user, place)) => (Some(user), place),
        None => (None, rest),
    };
    let user = match user.map(|user| user.split_once(':').map_or((user, ""), |(name, _)| (name, ":***"))) {
        Some((name, password)) => format!("{name}{password}@"),
        None => String::new(),
    };
    let place = match place.split_once('?') {
        Some((place, query)) if SECRET.iter().any(|word| query.to_lowercase().contains(word)) => {
            format!("{place}?***")
        }
        _ => place.to_owned(),
    };
    format!("{scheme}://{user}{place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_its_password() {
        for (url, shown) in [
            ("postgres://souk:pw@db/souk", "postgres://souk:***@db/souk"),
            ("postgres://souk@db/souk?sslmode=require", "postgres://souk@db/souk?sslmode=require"),
            ("postgres://souk:p@w@db/souk", "postgres://souk:***@db/souk"),
            ("postgres://souk:se#c/ret@127.0.0.1/souk", "postgres://***"),
            ("postgres://127.0.0.1:1/x?user=a&password=pw", "postgres://127.0.0.1:1/x?***"),
            ("postgres://127.0.0.1:1/x?user=a&password=p@w", "postgres://***"),
            ("postgres://db/x?sslpassword=pw", "postgres://db/x?***"),
            ("postgresql://souk:pw@[bad/x", "postgresql://souk:***@[bad/x"),
            ("postgres:souk:pw", "postgres:***"),
            ("smtp://user:s3cr3t#pw@h", "smtp://***"),
            ("smtps://shop@example.org:pw@mail.example", "smtps://shop@example.org:***@mail.example"),
            ("http://127.0.0.1:4001", "http://127.0.0.1:4001"),
            ("127.0.0.1:4000", "127.0.0.1:4000"),
            ("localhost:4000", "localhost:4000"),
            ("warn,souk=info", "warn,souk=info"),
            ("fc00::/7", "fc00::/7"),
            ("fe80::1", "fe80::1"),
        ] {
            assert_eq!(without_secrets(url), shown);
        }
    }
}
