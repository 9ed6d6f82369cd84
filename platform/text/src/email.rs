//! Email addresses in the one spelling in which they are stored, and the one in which they are compared.

use std::fmt;

use crate::TextError;
use crate::line::{fold, is_control, nfc};

/// What RFC 5321 lets an address be long, in octets.
const MAX_LENGTH: usize = 254;
const MAX_LOCAL_LENGTH: usize = 64;
const MAX_LABEL_LENGTH: usize = 63;

/// A normalised address: without surrounding space, in lower case, in NFC. Does not show itself through `Debug`, so
/// that it reaches no log.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// Accepts what can be an address. Whether mail arrives there is only known by sending some.
    pub fn parse(field: &'static str, text: &str) -> Result<Self, TextError> {
        let email = nfc(text.trim()).to_lowercase();
        if is_address(&email) { Ok(Self(email)) } else { Err(TextError::Email { field }) }
    }

    /// An address as it is stored, which was parsed before.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two addresses of one person have in common, whatever form their letters are written in. Only for
    /// comparison: mail goes to the address itself.
    pub fn key(&self) -> String {
        fold(&self.0)
    }

    /// The part before the `@`.
    pub fn local(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }
}

fn is_address(email: &str) -> bool {
    let Some((local, domain)) = email.rsplit_once('@') else { return false };
    // Joiners too: an address that nobody can see the difference of is another's.
    let forbidden = |c: char| {
        c.is_whitespace()
            || is_control(c)
            || matches!(c, '\u{200c}' | '\u{200d}')
            || "<>()[]\\,;:\"@".contains(c)
    };
    email.len() <= MAX_LENGTH
        && (1..=MAX_LOCAL_LENGTH).contains(&local.len())
        && !local.contains(forbidden)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && domain.contains('.')
        && domain.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    (1..=MAX_LABEL_LENGTH).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(|c| c.is_alphanumeric() || c == '-')
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> Email {
        Email::parse("email", text).unwrap()
    }

    #[test]
    fn spellings_of_an_address_become_one() {
        assert_eq!(email("  Ann.Smith@Example.COM ").as_str(), "ann.smith@example.com");
        assert_eq!(email("Ann.Smith@Example.COM").local(), "ann.smith");
        assert_eq!(email("jose\u{301}@example.com"), email("josé@example.com"));
        assert_eq!(email("ｊose@example.com").key(), email("jose@example.com").key());
    }

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        let long = format!("{}@example.com", "a".repeat(65));
        for text in [
            "",
            "@",
            "a@",
            "@b.c",
            "a@b",
            "a@.",
            "a b@c.d",
            "a@b..c",
            "a@-b.c",
            "a@b@c.d",
            "a..b@c.d",
            ".a@c.d",
            "a@b.c\n<x>",
            "x@y.z\r\nBcc: e@example.org",
            "a\0@b.c",
            "a\u{200b}@b.c",
            "a\u{ad}@b.c",
            &long,
        ] {
            assert_eq!(Email::parse("email", text), Err(TextError::Email { field: "email" }), "{text:?}");
        }
    }

    #[test]
    fn an_address_does_not_show_itself() {
        assert!(!format!("{:?}", email("ann@example.com")).contains("ann"));
    }
}
