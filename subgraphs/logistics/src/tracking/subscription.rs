//! Live deliveries: a subscription begins with how each shipment stands, and goes on with every version committed after it.

use async_graphql::{Context, ID, Result, Subscription};
use futures::Stream;
use logistics_entities::shipment::Model;
use platform_server::{access, caller};

use super::error::TrackingError;
use super::follow::{By, Watched, follow};
use super::view::DeliveryTracking;
use crate::app::App;
use crate::extensions::sees_delivery_of;
use crate::shipment::{self, parse_number};

#[derive(Default)]
pub struct TrackingSubscription;

#[Subscription]
impl TrackingSubscription {
    /// A delivery as it stands, and again after each change: of an order, each of its parcels. While its courier is on the
    /// road, also whenever the van has moved. Changes that come one right after the other may be told as one. It ends when
    /// the caller may see it no longer, as when its tracking link was revoked. Exactly one argument is given.
    #[graphql(directive = access::public::apply())]
    async fn delivery_tracking(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of `Order.id`: an order that the caller may see.")] order_id: Option<ID>,
        #[graphql(desc = "Of `Shipment.trackingNumber`: a shipment that the caller may see.")]
        tracking_number: Option<String>,
        #[graphql(desc = "Of `Shipment.trackingToken`: good for whoever has it.")] token: Option<String>,
    ) -> Result<impl Stream<Item = DeliveryTracking> + use<>> {
        let app = ctx.data_unchecked::<App>().clone();
        let caller = caller(ctx)?.clone();
        let (watched, by) = match (order_id, tracking_number, token) {
            (Some(id), None, None) => {
                let order = id.parse().map_err(|_| TrackingError::NotFound)?;
                if !sees_delivery_of(ctx, order).await? {
                    return Err(TrackingError::NotFound.into());
                }
                (Watched::Order(order), By::Caller(caller))
            }
            (None, Some(typed), None) => {
                let number = parse_number(&typed).ok_or(TrackingError::NotFound)?;
                let found = shipment::find_by_number(app.database(), &number).await?;
                let by = By::Caller(caller);
                (only(found, &by)?, by)
            }
            (None, None, Some(token)) => {
                let found = shipment::find_by_token(app.database(), &token).await?;
                let by = By::Token(token);
                (only(found, &by)?, by)
            }
            _ => return Err(TrackingError::OneOfThree.into()),
        };
        Ok(follow(app, watched, by).await?)
    }
}

/// A shipment that is seen.
fn only(found: Option<Model>, by: &By) -> Result<Watched, TrackingError> {
    let found = found.filter(|shipment| by.sees(shipment)).ok_or(TrackingError::NotFound)?;
    Ok(Watched::Shipment(found.id))
}
