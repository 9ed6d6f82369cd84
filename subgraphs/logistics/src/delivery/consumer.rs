//! What logistics does when something became of an order.

use contracts::orders::{OrderCancelled, OrderClaimed, OrderPaid, OrderPiecesRefunded};
use logistics_entities::delivery::Status;
use platform_core::id::OrderId;
use platform_database::Transaction;
use platform_events::{EventContext, EventHandler, HandlerError, Handlers};

use super::error::DeliveryError;
use super::holds::free_slot;
use super::parcel::{Parcel, ParcelItem};
use super::store;
use crate::app::App;
use crate::shipment::{self, Calling, Consignee, NewItem, NewShipment};

pub fn orders(app: &App) -> Handlers<Orders> {
    Handlers::new("logistics.orders", Orders { app: app.clone() })
        .on::<OrderPaid>()
        .on::<OrderCancelled>()
        .on::<OrderClaimed>()
        .on::<OrderPiecesRefunded>()
}

/// Makes shipments of what is paid, and takes back what is not to be sent.
pub struct Orders {
    app: App,
}

impl EventHandler<OrderPaid> for Orders {
    async fn handle(&self, context: EventContext<'_>, event: OrderPaid) -> Result<(), HandlerError> {
        Ok(make(context.tx, &self.app, event.order_id).await?)
    }
}

impl EventHandler<OrderCancelled> for Orders {
    /// Mostly the delivery was stopped before; what has left meanwhile stays under way.
    async fn handle(&self, context: EventContext<'_>, event: OrderCancelled) -> Result<(), HandlerError> {
        Ok(take_back(context.tx, &self.app, event.order_id).await?)
    }
}

impl EventHandler<OrderClaimed> for Orders {
    async fn handle(&self, context: EventContext<'_>, event: OrderClaimed) -> Result<(), HandlerError> {
        store::give_to_user(context.tx, event.order_id, event.user_id).await?;
        Ok(shipment::give_to_user(context.tx, &self.app, event.order_id, event.user_id).await?)
    }
}

impl EventHandler<OrderPiecesRefunded> for Orders {
    async fn handle(
        &self,
        context: EventContext<'_>,
        event: OrderPiecesRefunded,
    ) -> Result<(), HandlerError> {
        // Locked first, as wherever it and its shipments are.
        store::lock_of_order(context.tx, event.order_id).await?;
        Ok(shipment::take_out(context.tx, &self.app, event.order_id, &event.lines).await?)
    }
}

/// Makes the shipments of an order's delivery, unless it was stopped or they are made.
async fn make(tx: &Transaction, app: &App, order: OrderId) -> Result<(), DeliveryError> {
    let Some(delivery) = store::lock_of_order(tx, order).await? else {
        // An order that an earlier release sold.
        return Ok(());
    };
    let Some(parcels) = delivery.parcels.filter(|_| delivery.status != Status::Released) else {
        return Ok(());
    };
    let parcels: Vec<Parcel> = serde_json::from_value(parcels)?;
    let consignee = Consignee { order, user: delivery.user_id, guest: delivery.guest_id };
    shipment::create(tx, app, &consignee, 1, parcels.into_iter().map(new_shipment).collect()).await?;
    Ok(store::set_made(tx, &delivery.key).await?)
}

/// Calls off what is still at its sellers. A delivery of which something has left is not released: `stopDelivery`, which
/// asks by that what has, may come after this.
async fn take_back(tx: &Transaction, app: &App, order: OrderId) -> Result<(), DeliveryError> {
    let delivery = store::lock_of_order(tx, order).await?;
    let Some(delivery) = delivery.filter(|delivery| delivery.status != Status::Released) else {
        return Ok(());
    };
    match shipment::call_off(tx, app, order).await? {
        Calling::Off => {
            free_slot(tx, app, &delivery).await?;
            Ok(store::set_released(tx, &delivery.key, app.now()).await?)
        }
        Calling::Underway => Ok(shipment::call_off_rest(tx, app, order).await.map(drop)?),
    }
}

fn new_shipment(parcel: Parcel) -> NewShipment {
    NewShipment {
        vendor_order: parcel.vendor_order_id,
        vendor: parcel.vendor_id,
        warehouse: parcel.warehouse_id,
        items: parcel.items.into_iter().map(new_item).collect(),
    }
}

fn new_item(item: ParcelItem) -> NewItem {
    NewItem {
        line: item.line_id,
        offer: item.offer_id,
        variant: item.variant_id,
        product: item.product_id,
        name: item.name,
        variant_name: item.variant_name,
        sku: item.sku,
        quantity: item.quantity,
    }
}
