//! Email addresses in the one spelling in which they are stored and compared.

use std::fmt;

/// What RFC 5321 lets an address be long.
const MAX_LENGTH: usize = 254;
const MAX_LOCAL_LENGTH: usize = 64;

/// A normalised address: without surrounding space, in lower case. Does not show itself through `Debug`, so that it
/// reaches no log.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

/// The text cannot be an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not an email address")]
pub struct InvalidEmail;

impl Email {
    /// Accepts what can be an address. Whether mail arrives there is only known by sending some.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let email = text.trim().to_lowercase();
        let (local, domain) = email.rsplit_once('@').ok_or(InvalidEmail)?;
        let forbidden = |c: char| c.is_whitespace() || c.is_control() || "<>()[]\\,;:\"@".contains(c);
        let label = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        let valid = email.len() <= MAX_LENGTH
            && (1..=MAX_LOCAL_LENGTH).contains(&local.len())
            && !local.contains(forbidden)
            && domain.contains('.')
            && domain.split('.').all(label);
        if valid { Ok(Self(email)) } else { Err(InvalidEmail) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the `@`.
    pub fn local(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_an_address_become_one() {
        let email = Email::parse("  Ann.Smith@Example.COM ").unwrap();
        assert_eq!(email.as_str(), "ann.smith@example.com");
        assert_eq!(email.local(), "ann.smith");
        assert_eq!(email, Email::parse("ann.smith@example.com").unwrap());
    }

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        let long = format!("{}@example.com", "a".repeat(65));
        for text in
            ["", "@", "a@", "@b.c", "a@b", "a b@c.d", "a@b..c", "a@-b.c", "a@b@c.d", "a@b.c\n<x>", &long]
        {
            assert_eq!(Email::parse(text), Err(InvalidEmail), "{text:?}");
        }
    }

    #[test]
    fn an_address_does_not_show_itself() {
        assert!(!format!("{:?}", Email::parse("ann@example.com").unwrap()).contains("ann"));
    }
}
