//! The sandbox gateway: an outside provider in miniature, with books of its own, declines, challenges and webhooks.
//!
//! It behaves by the token it is given (see [`Behaviour`]). Its webhooks are signed and delivered by a durable job to
//! the same route that any gateway's webhooks come in by, so that nothing of the way in is special. No money moves.

mod challenge;
mod charges;
mod signature;
mod store;
mod webhooks;

pub use challenge::routes;
pub use charges::Sandbox;
pub use webhooks::DeliverWebhook;

/// What a token makes the sandbox do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Behaviour {
    Approve,
    Decline(&'static str),
    /// The customer must open a page and approve or decline there.
    Challenge,
    /// Approves some seconds later, by webhook alone.
    Delayed,
}

/// Token, behaviour, brand, last digits. docs/sandbox.md describes them.
const TOKENS: &[(&str, Behaviour, &str, &str)] = &[
    ("tok_approve", Behaviour::Approve, "Visa", "4242"),
    ("tok_decline", Behaviour::Decline("card_declined"), "Visa", "0002"),
    ("tok_insufficient_funds", Behaviour::Decline("insufficient_funds"), "Visa", "9995"),
    ("tok_challenge", Behaviour::Challenge, "Mastercard", "3155"),
    ("tok_delayed", Behaviour::Delayed, "Mastercard", "5556"),
];

fn token(name: &str) -> Option<&'static (&'static str, Behaviour, &'static str, &'static str)> {
    TOKENS.iter().find(|(token, ..)| *token == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_is_described() {
        let page = include_str!("../../../../../docs/sandbox.md");
        for (token, ..) in TOKENS {
            assert!(page.contains(&format!("| `{token}` |")), "{token}");
        }
    }
}
