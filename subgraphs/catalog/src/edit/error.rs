//! Why a product, a variant or an offer cannot be written as it was asked for.

use platform_commerce::MoneyError;
use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_text::TextError;

use crate::access::AccessError;
use crate::given::NotNull;
use crate::names::{DEFAULT_LANGUAGE, NameError};

pub const MAX_SKU: usize = 64;
pub const MAX_TRANSLATIONS: usize = 30;
pub const MAX_OPTIONS: usize = 5;
pub const MAX_PRICES: usize = 200;
/// The highest price, in minor units: that of a full cart, and the sums of many orders, stay far within 64 bits.
pub const MAX_PRICE_MINOR: i64 = 100_000_000_000;
pub const MAX_VARIANTS: u64 = 200;

#[derive(Debug, thiserror::Error)]
pub enum EditError {
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    Null(#[from] NotNull),
    #[error("a SKU has 1 to {MAX_SKU} characters without spaces")]
    InvalidSku,
    #[error("give each language once, at most {MAX_TRANSLATIONS}, {DEFAULT_LANGUAGE} among them")]
    InvalidLanguages,
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("`{0}` must not be negative")]
    InvalidSize(&'static str),
    #[error("a new product is DRAFT or ACTIVE; `archiveProduct` archives it later")]
    NewArchived,
    #[error("no category with this id exists")]
    UnknownCategory,
    #[error("no tax class `{0}` exists; `setTaxZone` makes those that its rates name")]
    UnknownTaxClass(String),
    #[error("no attribute `{0}` exists, or it was given twice")]
    UnknownAttribute(String),
    #[error("the attribute `{0}` needs exactly one value, of its own kind")]
    InvalidAttribute(String),
    #[error(
        "a variant has at most {MAX_OPTIONS} options, each with a name of its own, and a product {MAX_VARIANTS} variants"
    )]
    InvalidVariant,
    #[error("give each combination of currency, customer group and quantity once, at most {MAX_PRICES}")]
    InvalidPrices,
    #[error("a price must not be negative, nor a compare-at price lower than it or in another currency")]
    InvalidPrice,
    #[error("a price is at most {MAX_PRICE_MINOR} of its currency's smallest unit")]
    PriceTooHigh,
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// By the field of the input that names it; so are the next two.
    #[error("no such product")]
    UnknownProduct(&'static str),
    #[error("no such variant")]
    UnknownVariant(&'static str),
    #[error("no such offer")]
    UnknownOffer(&'static str),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for EditError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Access(error) => error.code(),
            Self::Name(error) => error.code(),
            Self::Null(error) => error.code(),
            Self::InvalidSku
            | Self::InvalidLanguages
            | Self::Text(_)
            | Self::InvalidSize(_)
            | Self::NewArchived
            | Self::UnknownCategory
            | Self::UnknownTaxClass(_)
            | Self::UnknownAttribute(_)
            | Self::InvalidAttribute(_)
            | Self::InvalidVariant
            | Self::InvalidPrices
            | Self::InvalidPrice
            | Self::PriceTooHigh
            | Self::Money(_) => ErrorCode::BadUserInput,
            Self::UnknownProduct(_) | Self::UnknownVariant(_) | Self::UnknownOffer(_) => ErrorCode::NotFound,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        Some(match self {
            Self::Name(error) => return error.field(),
            Self::Null(error) => return error.field(),
            Self::InvalidSku => "sku",
            Self::InvalidLanguages => "translations",
            Self::Text(error) => error.field(),
            Self::InvalidSize(field) => field,
            Self::NewArchived => "status",
            Self::UnknownCategory => "categoryId",
            Self::UnknownTaxClass(_) => "taxClass",
            Self::UnknownAttribute(_) | Self::InvalidAttribute(_) => "attributes",
            Self::InvalidVariant => "options",
            Self::InvalidPrices | Self::InvalidPrice | Self::PriceTooHigh | Self::Money(_) => "prices",
            Self::UnknownProduct(field) | Self::UnknownVariant(field) | Self::UnknownOffer(field) => field,
            Self::Access(_) | Self::Store(_) => return None,
        })
    }
}

platform_core::api_error!(EditError);
