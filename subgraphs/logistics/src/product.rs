//! When a product would arrive: what logistics adds to it.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use logistics_entities::service::Kind;
use platform_commerce::Market;
use platform_core::id::ProductId;
use platform_server::caller;

use crate::address::{Address, DeliveryAddressInput};
use crate::app::App;
use crate::option::estimate;
use crate::slot::SlotError;

/// A product, whose delivery is estimated here.
pub struct Product {
    id: ID,
    /// Known where the delivery is asked for.
    weight_grams: Option<i32>,
}

impl Product {
    pub fn new(id: ProductId) -> Self {
        Self { id: id.to_graphql(), weight_grams: None }
    }

    /// Of a representation.
    pub fn of(id: ID, weight_grams: Option<i32>) -> Self {
        Self { id, weight_grams }
    }
}

/// Something that a vendor sells, in one or several variants.
#[Object]
impl Product {
    /// Identifier, by which inputs name the product; see `Query.product`.
    async fn id(&self) -> &ID {
        &self.id
    }

    /// Weight of one piece for shipping, in grams; a variant can have its own.
    #[graphql(external)]
    async fn weight_grams(&self) -> i32 {
        self.weight_grams.unwrap_or(0)
    }

    /// When a piece that is ordered now would be at a door, by the service that is there first; null where none brings it, or
    /// not in the market's currency. The quote of a cart has what it costs.
    #[graphql(requires = "weightGrams")]
    async fn delivery_estimate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where that is; the more is given, the surer it is.")] address: DeliveryAddressInput,
    ) -> Result<Option<DeliveryEstimate>> {
        let address = Address::try_from(address).map_err(SlotError::from)?;
        let (app, currency) = (ctx.data_unchecked::<App>(), Market::of(caller(ctx)?).currency);
        let grams = self.weight_grams.unwrap_or(0).into();
        Ok(estimate(app, &address, currency, grams).await?.map(|estimate| DeliveryEstimate {
            kind: estimate.service.row.kind,
            name: estimate.service.row.name.clone(),
            time_zone: estimate.service.time_zone.name().to_owned(),
            arrives_from: estimate.arrival.from,
            arrives_by: estimate.arrival.by,
        }))
    }
}

/// When something that is ordered now would arrive.
#[derive(SimpleObject)]
pub struct DeliveryEstimate {
    /// How it would be delivered.
    kind: Kind,
    /// What the service is called.
    name: String,
    /// The time zone of its days and hours, by its name in the time zone database.
    time_zone: String,
    /// From when on it may arrive.
    arrives_from: DateTime<Utc>,
    /// By when it arrives.
    arrives_by: DateTime<Utc>,
}
