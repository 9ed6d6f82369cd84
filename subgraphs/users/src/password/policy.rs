//! Which passwords are accepted: long enough and not among the first that anybody would try. No rules on kinds of
//! characters, which make passwords worse.

use async_graphql::Enum;

use crate::email::Email;

const MIN_CHARACTERS: usize = 10;
/// Bounds the work of hashing.
const MAX_BYTES: usize = 1024;

/// Passwords of ten characters or more that head every list of leaked ones, in lower case.
const COMMON: [&str; 24] = [
    "1234567890",
    "12345678910",
    "0123456789",
    "0987654321",
    "1q2w3e4r5t",
    "1qaz2wsx3edc",
    "abcdefghij",
    "administrator",
    "basketball",
    "changeme123",
    "iloveyou12",
    "iloveyou123",
    "letmein123",
    "password12",
    "password123",
    "password1234",
    "passwordpassword",
    "q1w2e3r4t5",
    "qwerty12345",
    "qwerty123456",
    "qwertyuiop",
    "superman123",
    "welcome123",
    "zxcvbnm123",
];

/// Why a password is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum PasswordWeakness {
    /// Fewer than 10 characters.
    TooShort,
    /// More than 1,024 bytes.
    TooLong,
    /// Among the first that anybody would try.
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
    let lower = password.to_lowercase();
    let mut distinct: Vec<char> = lower.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < 4 || COMMON.contains(&lower.as_str()) {
        return Err(PasswordWeakness::TooCommon);
    }
    // Three letters or fewer turn up in any phrase.
    if lower.contains(email.as_str()) || (email.local().chars().count() > 3 && lower.contains(email.local()))
    {
        return Err(PasswordWeakness::ContainsEmail);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_told_why() {
        let email = Email::parse("annette@example.com").unwrap();
        let check = |password: &str| check(password, &email);
        assert_eq!(check("correct horse"), Ok(()));
        assert_eq!(check("今日は良い天気ですね"), Ok(()));
        assert_eq!(check("short"), Err(PasswordWeakness::TooShort));
        assert_eq!(check(&"long ".repeat(300)), Err(PasswordWeakness::TooLong));
        assert_eq!(check("Password123"), Err(PasswordWeakness::TooCommon));
        assert_eq!(check("ababababababab"), Err(PasswordWeakness::TooCommon));
        assert_eq!(check("I am Annette!"), Err(PasswordWeakness::ContainsEmail));
    }

    #[test]
    fn the_list_of_common_passwords_holds_what_the_other_rules_let_pass() {
        for password in COMMON {
            assert!(
                password.chars().count() >= MIN_CHARACTERS && password.to_lowercase() == password,
                "{password}"
            );
        }
    }
}
