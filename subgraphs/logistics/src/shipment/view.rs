//! Shipments as clients see them.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};
use logistics_entities::shipment::{Model, Status};
use logistics_entities::shipment_item;
use logistics_entities::tracking_event::{self, Source};
use logistics_entities::{booking, route};
use platform_commerce::PostalAddress;
use platform_server::{caller, cost, rows};

use super::store::{EventsOf, ItemsOf};
use crate::access::{has_label, has_link, knows_address, sees_order_of, sees_route};
use crate::app::App;
use crate::booking::ShipmentCarrier;
use crate::delivery::{self, DeliveryError};
use crate::extensions::{Order, Vendor, VendorOrder};
use crate::label;
use crate::product::Product;
use crate::route::{DeliveryProof, Route, StopsOfShipment};
use crate::stubs::{Offer, Variant};

/// A parcel of one vendor's part of an order.
pub struct Shipment(pub Model);

/// A parcel of one vendor's part of an order: its buyer, its vendor and staff see it.
#[Object]
impl Shipment {
    /// Identifier, by which inputs name the shipment.
    pub async fn id(&self) -> ID {
        self.0.id.to_graphql()
    }

    /// The order of which it is a part; null for its vendor, who sees `vendorOrder`.
    async fn order(&self, ctx: &Context<'_>) -> Result<Option<Order>> {
        Ok(sees_order_of(caller(ctx)?, &self.0).then(|| Order::new(self.0.order_id)))
    }

    /// The vendor's part of the order.
    async fn vendor_order(&self) -> Option<VendorOrder> {
        Some(VendorOrder::new(self.0.vendor_order_id))
    }

    /// Which of the order's parcels it is, from 1 on.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// Who sends it.
    async fn vendor(&self) -> Vendor {
        Vendor::new(self.0.vendor_id)
    }

    /// Where it stands.
    async fn status(&self) -> Status {
        self.0.status
    }

    /// What a person reads from the parcel, such as `SK123456789012`.
    async fn tracking_number(&self) -> &str {
        &self.0.tracking_number
    }

    /// By which anybody may follow it: the `token` of `deliveryTracking`. `revokeTrackingLink` makes another. Null for the
    /// courier who brings it.
    async fn tracking_token(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        Ok(has_link(caller(ctx)?, &self.0).then_some(self.0.tracking_token.as_str()))
    }

    /// What is in it.
    #[graphql(directive = cost::list::apply(5))]
    async fn items(&self, ctx: &Context<'_>) -> Result<Vec<ShipmentItem>> {
        let items = rows(ctx).of::<ItemsOf>(self.0.id).await?;
        Ok(items.into_iter().map(ShipmentItem).collect())
    }

    /// Where it goes: for its buyer, for its vendor's people, and for staff and partners' keys for all vendors with the scope
    /// `customers:read`. Null for others, and once it was called off.
    async fn destination(&self, ctx: &Context<'_>) -> Result<Option<PostalAddress>> {
        if self.0.status == Status::Cancelled || !knows_address(caller(ctx)?, &self.0) {
            return Ok(None);
        }
        let delivery = rows(ctx).of::<delivery::DeliveryOf>(self.0.order_id).await?.pop();
        let address = delivery.and_then(|delivery| delivery.address).map(serde_json::from_value);
        Ok(address.transpose().map_err(DeliveryError::from)?)
    }

    /// How and when the order is delivered, as it was agreed: by then it has to be packed. Null of an order that an earlier release
    /// sold.
    async fn delivery(&self, ctx: &Context<'_>) -> Result<Option<delivery::OrderDelivery>> {
        let found = rows(ctx).of::<delivery::DeliveryOf>(self.0.order_id).await?.pop();
        Ok(found.map(|row| delivery::OrderDelivery(Box::new(row))))
    }

    /// Where its label is for the next quarter of an hour, a PDF of A6: a path below the address of this installation, which
    /// needs no token. For who packs it, for its courier on the road, and for staff with the scope `customers:read`; as often as
    /// need be until it was delivered. Null for others, and once nobody delivers it any more.
    async fn label_url(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        if !label::is_printed(self.0.status) || !has_label(caller(ctx)?, &self.0) {
            return Ok(None);
        }
        Ok(Some(label::link(ctx.data_unchecked::<App>(), self.0.id)))
    }

    /// What happened to it, by when it happened, oldest first.
    #[graphql(directive = cost::list::apply(8))]
    async fn events(&self, ctx: &Context<'_>) -> Result<Vec<TrackingEvent>> {
        let mut rows = rows(ctx).of::<EventsOf>(self.0.id).await?;
        rows.sort_by_key(|row| (row.at, row.version));
        Ok(rows.into_iter().map(|row| TrackingEvent { row, is_public: false }).collect())
    }

    /// The courier's route that it is on, or was on last: for that courier and for staff. Null for others, and for what no courier
    /// had yet.
    async fn route(&self, ctx: &Context<'_>) -> Result<Option<Route>> {
        let Some(stop) = rows(ctx).of::<StopsOfShipment>(self.0.id).await?.pop() else { return Ok(None) };
        let caller = caller(ctx)?;
        let found = rows(ctx).by_id::<route::Entity>(stop.route_id).await?;
        Ok(found.filter(|route| sees_route(caller, route)).map(Route))
    }

    /// With whom, or where, it was left; null until it was delivered, and where no courier of the shop delivered it.
    async fn proof(&self, ctx: &Context<'_>) -> Result<Option<DeliveryProof>> {
        if self.0.status != Status::Delivered {
            return Ok(None);
        }
        let stop = rows(ctx).of::<StopsOfShipment>(self.0.id).await?.pop();
        Ok(stop.as_ref().and_then(DeliveryProof::of))
    }

    /// The outside carrier that brings it; null where the own couriers do, and before it is handed over.
    async fn carrier(&self, ctx: &Context<'_>) -> Result<Option<ShipmentCarrier>> {
        carrier_of(ctx, &self.0).await
    }

    /// How often a courier was there in vain.
    async fn attempts(&self) -> i32 {
        self.0.attempts
    }

    /// Grows with every change.
    async fn version(&self) -> i64 {
        self.0.version
    }

    /// When it was to be packed.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it changed last.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
}

/// The outside carrier that brings a shipment.
pub async fn carrier_of(ctx: &Context<'_>, shipment: &Model) -> Result<Option<ShipmentCarrier>> {
    if shipment.carrier.is_none() {
        return Ok(None);
    }
    let booking = rows(ctx).by_id::<booking::Entity>(shipment.id).await?;
    Ok(booking.map(ShipmentCarrier::of))
}

/// Pieces of a line of the order.
pub struct ShipmentItem(pub shipment_item::Model);

/// Pieces of a line of the order that are in a shipment.
#[Object]
impl ShipmentItem {
    /// Of `OrderLine.id`: the line that they are of.
    async fn line_id(&self) -> ID {
        self.0.line_id.to_graphql()
    }

    /// The product as it is now; null where buyers cannot see it any more. The names beside it are what was bought.
    async fn product(&self) -> Option<Product> {
        Some(Product::new(self.0.product_id))
    }

    /// As it is now; null where buyers cannot see it any more.
    async fn variant(&self) -> Option<Variant> {
        Some(Variant::new(self.0.variant_id))
    }

    /// As it is now; null where buyers cannot see it any more.
    async fn offer(&self) -> Option<Offer> {
        Some(Offer::new(self.0.offer_id))
    }

    /// Name of the product when it was bought.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The variant's options, such as `M / blue`; empty for a variant without options.
    async fn variant_name(&self) -> &str {
        &self.0.variant_name
    }

    /// Stock-keeping unit of the variant when it was bought.
    async fn sku(&self) -> &str {
        &self.0.sku
    }

    /// How many pieces are in it.
    async fn quantity(&self) -> i32 {
        self.0.quantity
    }
}

/// Something that happened to a shipment.
pub struct TrackingEvent {
    pub row: tracking_event::Model,
    /// Whether it is shown to whoever has the tracking link.
    pub is_public: bool,
}

/// Something that happened to a shipment.
#[Object]
impl TrackingEvent {
    /// Identifier of the event.
    async fn id(&self) -> ID {
        self.row.id.to_graphql()
    }

    /// Where the shipment stands after it.
    async fn status(&self) -> Status {
        self.row.status
    }

    /// When it happened.
    async fn at(&self) -> DateTime<Utc> {
        self.row.at
    }

    /// Where it happened, as people say it; null where nobody says.
    async fn place(&self) -> Option<&str> {
        self.row.place.as_deref()
    }

    /// What else there is to say; null where there is nothing, and for who follows by the tracking link.
    async fn note(&self) -> Option<&str> {
        self.row.note.as_deref().filter(|_| !self.is_public)
    }

    /// Who says so.
    async fn source(&self) -> Source {
        self.row.source
    }

    /// What kind of thing happened, in the code of the outside carrier that says so; null where none does.
    async fn carrier_code(&self) -> Option<&str> {
        self.row.carrier_code.as_deref()
    }

    /// What happened, in the words of the outside carrier that says so; null where none does.
    async fn carrier_words(&self) -> Option<&str> {
        self.row.carrier_words.as_deref()
    }
}
