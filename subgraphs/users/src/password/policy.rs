//! Which passwords are accepted: long enough and not among the first that anybody would try. No rules on kinds of
//! characters, which make passwords worse.

use async_graphql::Enum;
use platform_text::{Email, fold};
use zxcvbn::{Score, zxcvbn};

const MIN_CHARACTERS: usize = 10;
/// Bounds the work of hashing.
const MAX_BYTES: usize = 1024;

/// Why a password is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum PasswordWeakness {
    /// Fewer than 10 characters.
    TooShort,
    /// More than 1,024 bytes.
    TooLong,
    /// Among the first that anybody would try: a common password, name or word, a run of keys, or a slight change of one.
    TooCommon,
    /// Contains the email address, or the part before its `@`.
    ContainsEmail,
}

/// Whether `password` may guard the account of `email`.
pub fn check(password: &str, email: &Email) -> Result<(), PasswordWeakness> {
    if password.len() > MAX_BYTES {
        return Err(PasswordWeakness::TooLong);
    }
    if password.chars().count() < MIN_CHARACTERS {
        return Err(PasswordWeakness::TooShort);
    }
    let lower = fold(password);
    let (address, local) = (email.key(), fold(email.local()));
    // Three letters or fewer turn up in any phrase.
    if lower.contains(&address) || (local.chars().count() > 3 && lower.contains(&local)) {
        return Err(PasswordWeakness::ContainsEmail);
    }
    let mut distinct: Vec<char> = lower.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    // The estimate knows tens of thousands of leaked passwords, names and words, and how people change them.
    if distinct.len() < 4 || zxcvbn(password, &[]).score() < Score::Two {
        return Err(PasswordWeakness::TooCommon);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_told_why() {
        let email = Email::parse("email", "annette@example.com").unwrap();
        let check = |password: &str| check(password, &email);
        assert_eq!(check("correct horse"), Ok(()));
        assert_eq!(check("今日は良い天気ですね"), Ok(()));
        assert_eq!(check("short"), Err(PasswordWeakness::TooShort));
        assert_eq!(check(&"long ".repeat(300)), Err(PasswordWeakness::TooLong));
        assert_eq!(check("Password123"), Err(PasswordWeakness::TooCommon));
        assert_eq!(check("ababababababab"), Err(PasswordWeakness::TooCommon));
        assert_eq!(check("I am Annette!"), Err(PasswordWeakness::ContainsEmail));
    }
}
