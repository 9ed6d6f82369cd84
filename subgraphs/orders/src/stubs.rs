//! Entities of other subgraphs, by their keys alone.

use async_graphql::{ID, SimpleObject};
use platform_core::id::{OfferId, ProductId, VariantId};

macro_rules! stubs {
    ($($(#[$doc:meta])* $name:ident($id:ident)),+ $(,)?) => { $(
        $(#[$doc])*
        #[derive(SimpleObject)]
        #[graphql(unresolvable = "id")]
        pub struct $name {
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
    /// A product of the catalog.
    Product(ProductId),
    /// A variant of a product.
    Variant(VariantId),
    /// A vendor's offer of a variant.
    Offer(OfferId),
}
