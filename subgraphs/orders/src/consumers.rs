//! What orders does when something became of a payment or a parcel. A checkout that had its payment's outcome as an answer is not
//! woken: it waits for nothing.

use contracts::logistics::{ShipmentCreated, ShipmentStatus, ShipmentStatusChanged};
use contracts::payments::{PaymentAuthorized, PaymentFailed, PaymentRefunded};
use orders_entities::parcel;
use platform_events::{EventContext, EventHandler, HandlerError, Handlers};

use crate::app::App;
use crate::order::{self, ParcelNews, ParcelTold};
use crate::{checkout, refund};

pub fn payments(app: &App) -> Handlers<Payments> {
    Handlers::new("orders.payments", Payments { app: app.clone() })
        .on::<PaymentAuthorized>()
        .on::<PaymentFailed>()
        .on::<PaymentRefunded>()
}

/// Lets checkouts go on and writes refunds down.
pub struct Payments {
    app: App,
}

impl EventHandler<PaymentAuthorized> for Payments {
    fn concerns(&self, event: &PaymentAuthorized) -> bool {
        event.deferred
    }

    async fn handle(&self, context: EventContext<'_>, event: PaymentAuthorized) -> Result<(), HandlerError> {
        Ok(checkout::wake(context.tx, &self.app, event.order_id).await?)
    }
}

impl EventHandler<PaymentFailed> for Payments {
    fn concerns(&self, event: &PaymentFailed) -> bool {
        event.deferred
    }

    async fn handle(&self, context: EventContext<'_>, event: PaymentFailed) -> Result<(), HandlerError> {
        Ok(checkout::wake(context.tx, &self.app, event.order_id).await?)
    }
}

impl EventHandler<PaymentRefunded> for Payments {
    async fn handle(&self, context: EventContext<'_>, event: PaymentRefunded) -> Result<(), HandlerError> {
        Ok(refund::note(context.tx, &self.app, event).await?)
    }
}

pub fn logistics(app: &App) -> Handlers<Logistics> {
    Handlers::new("orders.logistics", Logistics { app: app.clone() })
        .on::<ShipmentCreated>()
        .on::<ShipmentStatusChanged>()
}

/// Lets orders and their vendors' parts follow their parcels.
pub struct Logistics {
    app: App,
}

impl EventHandler<ShipmentCreated> for Logistics {
    async fn handle(&self, context: EventContext<'_>, event: ShipmentCreated) -> Result<(), HandlerError> {
        let news = ParcelNews {
            id: event.shipment_id,
            order: event.order_id,
            part: event.vendor_order_id,
            status: parcel::Status::AtSeller,
            version: 1,
            told: None,
        };
        Ok(order::add_parcel(context.tx, news).await?)
    }
}

impl EventHandler<ShipmentStatusChanged> for Logistics {
    async fn handle(
        &self,
        context: EventContext<'_>,
        event: ShipmentStatusChanged,
    ) -> Result<(), HandlerError> {
        let news = ParcelNews {
            id: event.shipment_id,
            order: event.order_id,
            part: event.vendor_order_id,
            status: place(event.status),
            version: event.version,
            told: ParcelTold::of(event.status),
        };
        Ok(order::note_parcel(context.tx, &self.app, news).await?)
    }
}

/// Where a parcel is, as far as its order depends on it.
const fn place(status: ShipmentStatus) -> parcel::Status {
    match status {
        ShipmentStatus::Created | ShipmentStatus::Packed => parcel::Status::AtSeller,
        ShipmentStatus::HandedOver
        | ShipmentStatus::InTransit
        | ShipmentStatus::OutForDelivery
        | ShipmentStatus::Attempted => parcel::Status::UnderWay,
        ShipmentStatus::Delivered => parcel::Status::Delivered,
        ShipmentStatus::Returned | ShipmentStatus::Lost => parcel::Status::Gone,
        ShipmentStatus::Cancelled => parcel::Status::Cancelled,
    }
}
