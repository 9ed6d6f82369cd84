//! Values that every subgraph shares: ids, money, the market of a request, the clock, error codes, list cursors.
//!
//! Invariant: no commerce rule beyond ids and money lives here, and nothing here does IO.

pub mod clock;
pub mod error;
pub mod failpoint;
pub mod fingerprint;
pub mod id;
pub mod market;
pub mod money;
pub mod page;
pub mod tax;

pub use clock::{Clock, Ids, SystemClock};
pub use error::{ApiError, ErrorCode};
pub use market::Market;
pub use money::{CurrencyCode, Money, MoneyError};
pub use tax::{PriceTerms, Taxed};
