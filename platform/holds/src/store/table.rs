//! What the statements need to know of a table of holds.

use sea_orm::{EntityTrait, Value};

use crate::state::State;

/// A hold as the table has it.
pub type RowOf<T> = <<T as HoldTable>::Entity as EntityTrait>::Model;
/// A hold to be written.
pub type NewRow<T> = <<T as HoldTable>::Entity as EntityTrait>::ActiveModel;
/// Where a hold stands, as the table says it.
pub type StatusOf<T> = <T as HoldTable>::Status;
type ColumnOf<T> = <<T as HoldTable>::Entity as EntityTrait>::Column;

/// A table of holds. Its rows stay for ever, so that a key means the same for ever.
pub trait HoldTable: Send + Sync + 'static {
    type Entity: EntityTrait<Model: Sync>;
    /// Held and committed each have a value of their own; the states in which nothing is held may share one.
    type Status: Copy + PartialEq + Into<Value> + Send + Sync;

    /// The caller's key, a text; unique.
    const KEY: ColumnOf<Self>;
    const STATUS: ColumnOf<Self>;
    /// When the hold lapses.
    const EXPIRES_AT: ColumnOf<Self>;
    /// When the row was last changed; `None` where the table does not say.
    const UPDATED_AT: Option<ColumnOf<Self>> = None;
    /// Who holds; `None` where no limit asks for it.
    const HOLDER: Option<HolderColumns<ColumnOf<Self>>> = None;

    /// What stands in the table for a state.
    fn status(state: State) -> Self::Status;

    /// What stands in a row.
    fn status_of(row: &RowOf<Self>) -> Self::Status;
}

/// What of a hold limits for each holder count. The texts are personal data, and forgotten when the hold ends.
#[derive(Debug, Clone, Copy)]
pub struct HolderColumns<C> {
    /// A text or null.
    pub name: C,
    /// A text or null.
    pub network: C,
    /// Whether the hold was extended: it waits for somebody.
    pub waiting: C,
}
