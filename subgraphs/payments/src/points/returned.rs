//! The points that refunds gave back.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use payments_entities::points_entry::{Column, Entity, Kind};
use platform_core::id::RefundId;
use platform_database::{Database, StoreError};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// Points by the refund that gave them back; none for one that gave back none.
pub struct PointsOfRefunds(pub Database);

impl Loader<RefundId> for PointsOfRefunds {
    type Value = i64;
    type Error = StoreError;

    async fn load(&self, refunds: &[RefundId]) -> Result<HashMap<RefundId, i64>, StoreError> {
        let entries = Entity::find()
            .filter(Column::Kind.eq(Kind::Returned))
            .filter(Column::Reference.is_in(refunds.iter().map(ToString::to_string)))
            .all(self.0.read())
            .await?;
        let points = |entry: &payments_entities::points_entry::Model| {
            Some((entry.reference.parse::<RefundId>().ok()?, entry.points))
        };
        Ok(entries.iter().filter_map(points).collect())
    }
}
