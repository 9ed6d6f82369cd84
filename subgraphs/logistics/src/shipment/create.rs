//! New shipments.

use contracts::logistics::{ShipmentCreated, ShippedItem};
use logistics_entities::shipment::{Model, Status};
use logistics_entities::shipment_item;
use logistics_entities::tracking_event;
use platform_core::id::{
    OfferId, OrderId, OrderLineId, ProductId, ShipmentId, UserId, VariantId, VendorId, VendorOrderId,
    WarehouseId,
};
use platform_database::{StoreError, Transaction};

use super::change::nothing;
use super::number;
use super::store;
use super::topics::announce;
use crate::app::App;

/// For whom something is sent.
#[derive(Debug, Clone)]
pub struct Consignee {
    pub order: OrderId,
    pub user: Option<UserId>,
    pub guest: Option<String>,
}

/// A parcel to be packed.
#[derive(Debug, Clone)]
pub struct NewShipment {
    pub vendor_order: VendorOrderId,
    pub vendor: VendorId,
    pub warehouse: Option<WarehouseId>,
    pub items: Vec<NewItem>,
}

/// Pieces of a line of the order.
#[derive(Debug, Clone)]
pub struct NewItem {
    pub line: OrderLineId,
    pub offer: OfferId,
    pub variant: VariantId,
    pub product: ProductId,
    pub name: String,
    pub variant_name: String,
    pub sku: String,
    pub quantity: i32,
}

/// Keeps shipments of an order, which have the numbers from `first` on, each as its first version, and publishes them.
pub async fn create(
    tx: &Transaction,
    app: &App,
    consignee: &Consignee,
    first: i32,
    parcels: Vec<NewShipment>,
) -> Result<Vec<Model>, StoreError> {
    let now = app.now();
    let (mut shipments, mut items, mut events) = (Vec::new(), Vec::new(), Vec::new());
    let mut published = Vec::with_capacity(parcels.len());
    for (number, parcel) in (first..).zip(parcels) {
        let row = Model {
            id: app.next_id(),
            order_id: consignee.order,
            number,
            vendor_order_id: parcel.vendor_order,
            vendor_id: parcel.vendor,
            user_id: consignee.user,
            guest_id: consignee.guest.clone(),
            warehouse_id: parcel.warehouse,
            status: Status::Created,
            tracking_number: number::number(app.next_id()),
            tracking_token: number::token(app.next_id(), app.next_id()),
            carrier: None,
            courier_user_id: None,
            attempts: 0,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        events.push(tracking_event::Model { version: row.version, ..nothing(app, &row) });
        published.push(created(&row, &parcel.items));
        items.extend((0_i32..).zip(parcel.items).map(|(position, item)| item.row(row.id, position)));
        shipments.push(row);
    }
    store::insert(tx, &shipments, &items, &events).await?;
    app.outbox.publish_all(tx, &published).await?;
    for shipment in &shipments {
        announce(tx, app, shipment);
    }
    Ok(shipments)
}

fn created(shipment: &Model, items: &[NewItem]) -> ShipmentCreated {
    let item = |item: &NewItem| ShippedItem { line_id: item.line, quantity: item.quantity };
    ShipmentCreated {
        shipment_id: shipment.id,
        order_id: shipment.order_id,
        vendor_order_id: shipment.vendor_order_id,
        vendor_id: shipment.vendor_id,
        user_id: shipment.user_id,
        items: items.iter().map(item).collect(),
    }
}

impl NewItem {
    fn row(self, shipment_id: ShipmentId, position: i32) -> shipment_item::Model {
        shipment_item::Model {
            shipment_id,
            line_id: self.line,
            position,
            offer_id: self.offer,
            variant_id: self.variant,
            product_id: self.product,
            name: self.name,
            variant_name: self.variant_name,
            sku: self.sku,
            quantity: self.quantity,
        }
    }

    /// So many pieces of what is in another shipment.
    pub fn of(row: &shipment_item::Model, quantity: i32) -> Self {
        Self {
            line: row.line_id,
            offer: row.offer_id,
            variant: row.variant_id,
            product: row.product_id,
            name: row.name.clone(),
            variant_name: row.variant_name.clone(),
            sku: row.sku.clone(),
            quantity,
        }
    }
}
