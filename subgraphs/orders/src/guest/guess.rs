//! Showing a code, and what wrong ones are counted against.
//!
//! A code bears five wrong guesses of each network, so that those of a stranger are not the owner's, and a thousand in all;
//! past these it works for the network that asked for it alone, whose five are its own. A network is an IPv4 address or the
//! /64 of an IPv6 address; callers without one count as one.
//!
//! A code is one of 2^60. It bears at most 1,005 guesses, so whoever guesses from however many networks hits it by less than
//! one in 10^15; and an order has at most 58 codes of a purpose in a day: ten, and one in each half hour.

use orders_entities::order::Model;
use orders_entities::order_code::Purpose;
use platform_core::id::OrderId;
use platform_database::{StoreError, Transaction};
use platform_identity::Caller;
use sha2::{Digest, Sha256};

use super::code::Code;
use super::store;
use crate::app::App;

/// Wrong guesses of one network after which a code is worth nothing to it.
const OF_NETWORK: i32 = 5;
/// The same of all networks but the one that asked for the code.
const IN_ALL: i32 = 1_000;

/// The network of a caller, as it is kept beside an order: by a hash that no other order shares.
pub fn asker(order: OrderId, caller: &Caller) -> Vec<u8> {
    let mut hasher = Sha256::new();
    hasher.update(order.0.as_bytes());
    hasher.update(caller.network.map(|network| network.to_string()).unwrap_or_default());
    hasher.finalize().to_vec()
}

/// Uses a code up, for an order that is locked in `tx`; false if it is not good, and then the guess is counted.
/// Commit either way.
pub(super) async fn redeem(
    tx: &Transaction,
    app: &App,
    caller: &Caller,
    order: &Model,
    purpose: Purpose,
    typed: &str,
) -> Result<bool, StoreError> {
    let (now, network) = (app.now(), asker(order.id, caller));
    let mut codes = store::live(tx, order.id, purpose, now).await?;
    let ids: Vec<_> = codes.iter().map(|code| code.id).collect();
    let guessed = store::guessed_by(tx, &ids, &network).await?;
    codes.retain(|code| {
        let is_asker = code.asker.as_ref() == Some(&network);
        let own = guessed.get(&code.id).copied().unwrap_or_default();
        own < OF_NETWORK && (is_asker || code.guesses < IN_ALL)
    });
    let hash = Code::parse(typed).map(|code| code.hash(order.id, purpose));
    if hash.is_some() && codes.iter().any(|code| code.hash == hash) {
        store::end_all(tx, order.id, now).await?;
        return Ok(true);
    }
    for code in codes {
        store::count_guess(tx, code.id, &network).await?;
    }
    Ok(false)
}
