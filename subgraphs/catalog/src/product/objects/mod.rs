//! Product, Variant and Offer as the API shows them: views on a [`ProductData`](super::data::ProductData) in the market of
//! the request.

mod list;
mod media;
mod offer;
mod product;
mod variant;

pub use list::{PriceRangeInput, ProductFilter, ProductQueryError, Wanted, list_products, read_id};
pub use media::Media;
pub use offer::Offer;
pub use product::{PriceRange, Product};
pub use variant::Variant;

use async_graphql::SimpleObject;
use platform_core::id::VendorId;
use platform_core::{ApiError, ErrorCode};

use crate::stock::MAX_QUANTITY;

/// The most pictures of a product.
pub const MAX_MEDIA: i32 = 50;

/// An argument of a nested field is out of bounds: that field alone is null.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ArgumentError {
    #[error("`first` must be between 1 and {MAX_MEDIA}")]
    First,
    #[error("`quantity` must be between 1 and {MAX_QUANTITY}")]
    Quantity,
}

impl ApiError for ArgumentError {
    fn code(&self) -> ErrorCode {
        ErrorCode::BadUserInput
    }

    fn field(&self) -> Option<&str> {
        Some(match self {
            Self::First => "first",
            Self::Quantity => "quantity",
        })
    }
}

platform_core::api_error!(ArgumentError);

/// A vendor that sells in the shop.
#[derive(Debug, Clone, Copy, SimpleObject)]
#[graphql(complex)]
pub struct Vendor {
    /// Identifier, by which filters and inputs name the vendor.
    pub id: VendorId,
}
