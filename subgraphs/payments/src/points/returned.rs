//! The points that refunds gave back.

use payments_entities::points_entry::{Column, Entity, Kind, Model};
use platform_core::id::RefundId;
use platform_server::Group;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select};

/// The entry of the points that a refund gave back; none where it gave back none.
pub enum GivenBackBy {}

impl Group for GivenBackBy {
    type Entity = Entity;
    type Key = RefundId;

    fn select(refunds: &[RefundId]) -> Select<Entity> {
        Entity::find()
            .filter(Column::Kind.eq(Kind::Returned))
            .filter(Column::Reference.is_in(refunds.iter().map(ToString::to_string)))
    }

    fn key(entry: &Model) -> Option<RefundId> {
        entry.reference.parse().ok()
    }
}
