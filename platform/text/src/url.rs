//! Addresses on the web that are stored, and later shown or fetched.

use url::Url;

use crate::TextError;
use crate::line::is_control;

/// The most characters of an address.
const MAX_URL: usize = 500;

/// An absolute https URL with a host, in the spelling that it was given in: of at most 500 characters, without a user's
/// name and password, and without a character that could end it early on a page or show it as another.
pub fn https_url(field: &'static str, text: &str) -> Result<String, TextError> {
    let refused = TextError::Url { field };
    if text.chars().nth(MAX_URL).is_some() {
        return Err(TextError::TooLong { field, max: MAX_URL });
    }
    // Browsers read a backslash as a slash, and drop what cannot be seen.
    let is_odd = |c: char| c.is_whitespace() || is_control(c) || "<>\"'`\\".contains(c);
    if text.contains(is_odd) {
        return Err(refused);
    }
    match Url::parse(text) {
        // The parser makes up for what browsers forgive, such as a third slash.
        Ok(_) if text.strip_prefix("https://").is_some_and(|rest| !rest.starts_with('/')) => {}
        _ => return Err(refused),
    }
    if has_credentials(text) { Err(refused) } else { Ok(text.to_owned()) }
}

/// Whether an address brings credentials along, by which it could look like another's. Even an empty name counts.
pub(crate) fn has_credentials(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let authority = address.trim_start().split_once(':').map_or("", |(_, rest)| rest);
    let authority = authority.trim_start_matches(['/', '\\']).split(['/', '?', '#', '\\']).next();
    url.has_host()
        && (url.password().is_some()
            || !url.username().is_empty()
            || authority.is_some_and(|authority| authority.contains('@')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_https_address_is_kept_as_it_is_written() {
        for url in [
            "https://cdn.example/a.png?size=1#top",
            "https://[2001:db8::1]:8443/a@2x.png",
            "https://bücher.example/ä.png",
        ] {
            assert_eq!(https_url("pictureUrl", url).as_deref(), Ok(url));
        }
    }

    #[test]
    fn credentials_other_schemes_and_odd_characters_are_refused() {
        for url in [
            "https://user:pw@host.example/a.png",
            "https://user@host.example/",
            "https://@host.example/",
            "http://host.example/",
            "https:host.example",
            "https:///a.png",
            "https://host.example/a b",
            "https://host.example\\@other.example/",
            "https://host.example/\u{202e}gnp",
            "javascript:alert(1)",
            "",
        ] {
            assert_eq!(https_url("pictureUrl", url), Err(TextError::Url { field: "pictureUrl" }), "{url}");
        }
        let long = format!("https://host.example/{}", "x".repeat(500));
        assert_eq!(https_url("pictureUrl", &long), Err(TextError::TooLong { field: "pictureUrl", max: 500 }));
    }
}
