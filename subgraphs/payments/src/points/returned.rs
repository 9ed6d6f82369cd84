//! The points that refunds gave back.

use payments_entities::points_entry::{Column, Entity, Kind};
use platform_server::Group;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select};

/// The entry of the points that a refund gave back, by the refund's id as a text; none where it gave back none.
pub enum GivenBackBy {}

impl Group for GivenBackBy {
    type Entity = Entity;
    type Key = String;

    const OF: Column = Column::Reference;

    fn rows() -> Select<Entity> {
        Entity::find().filter(Column::Kind.eq(Kind::Returned))
    }
}
