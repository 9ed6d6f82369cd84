//! Values of commerce that every subgraph shares: money, how tax stands in an amount, the
//! market of a request, where a parcel goes.
//!
//! Invariant: arithmetic and names alone; no rule of a domain lives here, and nothing here does IO. Deliberately
//! absent: any use by the router, which carries the market as a [`platform_identity::Context`] and does not know it.

pub mod address;
pub mod market;
pub mod money;
pub mod tax;
pub mod written;

pub use address::{PostalAddress, PostalAddressInput};
pub use market::Market;
pub use money::{CurrencyCode, Money, MoneyError};
pub use tax::{PriceTerms, TaxTreatment, Taxed};
