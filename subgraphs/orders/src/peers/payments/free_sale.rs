//! Orders that neither a payment nor points pay for.

use platform_commerce::CurrencyCode;
use platform_server::{PeerError, Peers};

use super::Split;
use super::asked::{BookFreeSale, FreeSaleInput, ReverseFreeSale};

/// Books the order of a key; booked or called off before: nothing happens.
pub async fn book_free_sale(
    peers: &Peers,
    key: &str,
    currency: CurrencyCode,
    split: &Split,
) -> Result<(), PeerError> {
    let input = FreeSaleInput { key: key.to_owned(), currency, split: split.into() };
    // True whenever it is answered.
    peers.ask(BookFreeSale { input }, peers.own()).await.map(|_: bool| ())
}

/// Books such an order back; what is still on its way books nothing after.
pub async fn reverse_free_sale(peers: &Peers, key: &str) -> Result<(), PeerError> {
    let question = ReverseFreeSale { key: key.to_owned() };
    // True whenever it is answered.
    peers.ask(question, peers.own()).await.map(|_: bool| ())
}
