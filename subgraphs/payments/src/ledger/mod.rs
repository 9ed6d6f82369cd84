//! The double-entry ledger: every capture and refund is one balanced entry, booked in the transaction that records it.
//! What nothing pays for has no other record than its entry.
//!
//! Invariant: the postings of an entry sum to zero in one currency, and an entry is booked once for its kind and
//! reference. Deliberately absent: updates and deletions; a mistake is mended by another entry.

mod book;
mod division;
mod error;
mod graphql;
mod internal;
mod known;
mod split;
mod store;

pub use book::Ledger;
pub use division::{Division, Posting};
pub use error::LedgerError;
pub use graphql::{LedgerQuery, VendorBalance, vendor_balance};
pub use internal::SplitInput;
pub use split::{Split, SplitError};
pub use store::{entries, postings};
