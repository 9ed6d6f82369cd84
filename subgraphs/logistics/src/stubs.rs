//! Entities of other subgraphs, by their keys alone.
use async_graphql::{ID, SimpleObject};
use platform_core::id::{OfferId, ProductId, VariantId};

macro_rules! stubs {
    ($($(#[$doc:meta])* $name:ident($(#[$id_doc:meta])* $id:ident)),+ $(,)?) => { $(
        $(#[$doc])*
        #[derive(SimpleObject)]
        #[graphql(unresolvable = "id")]
        pub struct $name {
            $(#[$id_doc])*
            id: ID,
        }

        impl $name {
            pub fn new(id: $id) -> Self {
                Self { id: id.to_graphql() }
            }
        }
    )+ };
}

stubs! {
    /// Something that a vendor sells, in one or several variants.
    Product(
        /// Identifier, by which inputs name the product; see `Query.product`.
        ProductId
    ),
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
}
