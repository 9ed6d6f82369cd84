//! Entities of other subgraphs, by their keys alone.

use platform_core::id::{OfferId, UserId, VariantId};

platform_server::stubs! {
    /// A form of a product that can be bought, such as a size in a colour.
    Variant(
        /// Identifier, by which inputs name the variant.
        VariantId
    ),
    /// A vendor's offer of a variant: prices and stock. Carts and orders name offers.
    Offer(
        /// Identifier, by which carts, orders and stock name the offer.
        OfferId
    ),
    /// A person with an account. Seen by its owner and by staff; what others see is `PublicProfile`.
    User(
        /// Identifier of the user.
        UserId
    ),
}
