//! Live orders: a subscription begins with the current state and goes on with every version committed after it.

use async_graphql::{Context, ID, Result, Subscription};
use futures::{Stream, StreamExt};
use platform_cache::Delivery;
use platform_core::id::{OrderId, VendorId};
use platform_server::{access, caller};

use super::error::OrderError;
use super::graphql::Order;
use super::store;
use super::topics::{order_topic, user_topic, vendor_topic};
use crate::access::{sees_order, sees_orders_of};
use crate::app::App;
use crate::vendor_order::VendorOrder;

#[derive(Default)]
pub struct OrderSubscription;

#[Subscription(name = "Subscription")]
impl OrderSubscription {
    /// The order as it stands, and again after each change.
    #[graphql(directive = access::public::apply())]
    async fn order_updated(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of `Order.id`: an order that the caller may see.")] id: ID,
    ) -> Result<impl Stream<Item = Order> + use<>> {
        let app = ctx.data_unchecked::<App>().clone();
        let id = id.parse::<OrderId>().map_err(|_| OrderError::NotFound)?;
        let caller = caller(ctx)?.clone();
        // Heard before read: no change falls between the two.
        let changes = app.broadcast.subscribe(&order_topic(id)).await;
        let first = store::find(app.database(), id).await?;
        let first = first.filter(|order| sees_order(&caller, order)).ok_or(OrderError::NotFound)?;
        let mut seen = (first.version, first.updated_at);
        let later = changes
            .then(move |_| {
                let app = app.clone();
                async move { store::find(app.database(), id).await.ok().flatten() }
            })
            // Whoever claims an order takes it from the guest who placed it.
            .take_while(move |order| {
                std::future::ready(order.as_ref().is_none_or(|order| sees_order(&caller, order)))
            })
            .filter_map(move |order| {
                // Several changes may be read as one, and one may be told twice. After a failover that lost the last
                // commits, an order stands at an earlier version, or at another of the same number.
                let fresh = order.filter(|order| (order.version, order.updated_at) != seen);
                if let Some(order) = &fresh {
                    seen = (order.version, order.updated_at);
                }
                std::future::ready(fresh.map(Order))
            });
        Ok(futures::stream::once(std::future::ready(Order(first))).chain(later))
    }

    /// Each order of the caller's that changes, from now on; not an attempt that nobody could pay for.
    #[graphql(directive = access::authenticated::apply())]
    async fn my_orders_updated(&self, ctx: &Context<'_>) -> Result<impl Stream<Item = Order> + use<>> {
        let app = ctx.data_unchecked::<App>().clone();
        let caller = caller(ctx)?.clone();
        let user = caller.user.ok_or(OrderError::NotSignedIn)?;
        let changes = app.broadcast.subscribe(&user_topic(user)).await;
        Ok(changes.filter_map(move |delivery| {
            let (app, caller) = (app.clone(), caller.clone());
            async move {
                // What was missed in a burst is told by the next change, or by reading the list.
                let Delivery::Message(message) = delivery else { return None };
                let (id, version) = std::str::from_utf8(&message).ok()?.split_once(':')?;
                let order = store::find_listed(app.database(), id.parse().ok()?).await.ok().flatten()?;
                // One that has changed again since is told with that change.
                let is_told = order.version.to_string() == version;
                (is_told && caller.owns(order.user_id)).then_some(Order(order))
            }
        }))
    }

    /// Each order that the vendor has to prepare, from now on.
    #[graphql(directive = access::authenticated::apply())]
    async fn vendor_order_received(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A vendor that the caller acts for, or any for staff.")] vendor_id: ID,
    ) -> Result<impl Stream<Item = VendorOrder> + use<>> {
        let app = ctx.data_unchecked::<App>().clone();
        let vendor = vendor_id.parse::<VendorId>().map_err(|_| OrderError::NotFound)?;
        if !sees_orders_of(caller(ctx)?, vendor) {
            return Err(OrderError::NotYourVendor.into());
        }
        let changes = app.broadcast.subscribe(&vendor_topic(vendor)).await;
        Ok(changes.filter_map(move |delivery| {
            let app = app.clone();
            async move {
                let Delivery::Message(message) = delivery else { return None };
                let id = std::str::from_utf8(&message).ok()?.parse().ok()?;
                store::find_part(app.database(), id).await.ok().flatten().map(VendorOrder)
            }
        }))
    }
}
