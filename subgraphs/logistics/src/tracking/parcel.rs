//! A parcel as it stands at a version, read once for all that is told of it until the next.

use std::sync::Arc;

use async_graphql::{Context, Result};
use logistics_entities::shipment::Model;
use logistics_entities::{shipment_item, tracking_event};
use platform_database::StoreError;
use platform_server::rows;
use tokio::sync::OnceCell;

use crate::shipment::{EventsOf, ItemsOf};

/// A parcel as it stands at a version.
#[derive(Clone)]
pub struct Parcel(Arc<Inner>);

struct Inner {
    row: Model,
    items: OnceCell<Vec<shipment_item::Model>>,
    events: OnceCell<Vec<tracking_event::Model>>,
}

impl Parcel {
    pub fn new(row: Model) -> Self {
        Self(Arc::new(Inner { row, items: OnceCell::new(), events: OnceCell::new() }))
    }

    pub fn row(&self) -> &Model {
        &self.0.row
    }

    /// What is in it.
    pub async fn items(&self, ctx: &Context<'_>) -> Result<&[shipment_item::Model]> {
        let read = || rows(ctx).of::<ItemsOf>(self.row().id);
        Ok(self.0.items.get_or_try_init(read).await?)
    }

    /// What happened to it, by when it happened.
    pub async fn events(&self, ctx: &Context<'_>) -> Result<&[tracking_event::Model]> {
        let read = async || {
            let mut events = rows(ctx).of::<EventsOf>(self.row().id).await?;
            events.sort_by_key(|event| (event.at, event.version));
            Ok::<_, StoreError>(events)
        };
        Ok(self.0.events.get_or_try_init(read).await?)
    }
}
