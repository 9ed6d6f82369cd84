//! What the feature says whose table of holds it is.

use chrono::{DateTime, Utc};
use platform_core::ApiError;
use platform_database::{Database, StoreError, Transaction};

use crate::error::HoldError;
use crate::state::Transition;
use crate::store::{HoldTable, NewRow, RowOf};

/// The holds of one feature.
pub trait Holds: Sync {
    type Table: HoldTable;
    type Error: ApiError + From<StoreError> + From<HoldError>;

    fn database(&self) -> &Database;

    fn now(&self) -> DateTime<Utc>;

    /// The row of a key that is closed before anything was held under it. Its state is [`Released`](crate::State).
    fn closed(&self, key: &str) -> NewRow<Self::Table>;

    /// Takes what was held for good, or gives it back, in the transaction in which the state of its hold changed. `row` is
    /// as it is after that, and locked.
    fn moved(
        &self,
        tx: &Transaction,
        row: &RowOf<Self::Table>,
        by: Transition,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;
}
