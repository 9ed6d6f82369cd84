//! What logistics adds to the entities of other subgraphs: the delivery and shipments of an order, of a vendor's part of it, of a
//! vendor; of a product `product` says.

use async_graphql::{Context, ID, Object, Result};
use logistics_entities::delivery;
use platform_core::id::{OrderId, VendorId, VendorOrderId};
use platform_core::page::Connection;
use platform_identity::{Owner, Scope};
use platform_server::{access, caller, cost, rows};

use crate::access::{sees_shipment, sees_shipments_of};
use crate::delivery::{DeliveryOf, OrderDelivery};
use crate::product::Product;
use crate::shipment::{
    Shipment, ShipmentsOfOrder, ShipmentsOfPart, VendorShipmentFilter, shipments_of_vendor,
};

/// An order, whose shipments live here.
pub struct Order {
    id: ID,
}

impl Order {
    pub fn new(id: OrderId) -> Self {
        Self { id: id.to_graphql() }
    }
}

/// What a customer buys in one checkout, from one or several vendors.
#[Object]
impl Order {
    /// Identifier of the order.
    async fn id(&self) -> &ID {
        &self.id
    }

    /// Its parcels, by their numbers: there are some once it is paid. Null for strangers, and of an order that was never to be
    /// delivered.
    #[graphql(directive = cost::list::apply(3))]
    async fn shipments(&self, ctx: &Context<'_>) -> Result<Option<Vec<Shipment>>> {
        let Ok(order) = self.id.parse::<OrderId>() else { return Ok(None) };
        if !sees_delivery_of(ctx, order).await? {
            return Ok(None);
        }
        let shipments = rows(ctx).of::<ShipmentsOfOrder>(order).await?;
        Ok(Some(shipments.into_iter().map(Shipment).collect()))
    }

    /// How and when it is delivered, as it was agreed. Null for strangers, and of an order that was never to be delivered.
    async fn delivery(&self, ctx: &Context<'_>) -> Result<Option<OrderDelivery>> {
        let Ok(order) = self.id.parse::<OrderId>() else { return Ok(None) };
        Ok(delivery_seen(ctx, order).await?.map(|row| OrderDelivery(Box::new(row))))
    }
}

/// Whether the caller may see all that is delivered of an order: as its buyer, as staff, or as a service. Nobody sees what
/// was never to be delivered.
pub async fn sees_delivery_of(ctx: &Context<'_>, order: OrderId) -> Result<bool> {
    Ok(delivery_seen(ctx, order).await?.is_some())
}

/// The delivery of an order, for who may see all that is delivered of it.
async fn delivery_seen(ctx: &Context<'_>, order: OrderId) -> Result<Option<delivery::Model>> {
    let Some(delivery) = rows(ctx).of::<DeliveryOf>(order).await?.pop() else { return Ok(None) };
    let owner = Owner { user: delivery.user_id, guest: delivery.guest_id.as_deref() };
    Ok(caller(ctx)?.may_see(owner, Scope::ShipmentsRead).then_some(delivery))
}

/// One vendor's part of an order, whose shipments live here.
pub struct VendorOrder {
    id: ID,
}

impl VendorOrder {
    pub fn new(id: VendorOrderId) -> Self {
        Self { id: id.to_graphql() }
    }
}

/// One vendor's part of an order.
#[Object]
impl VendorOrder {
    /// Identifier of the vendor's part.
    async fn id(&self) -> &ID {
        &self.id
    }

    /// Its parcels, by their numbers: there are some once the order is paid. Null for strangers.
    #[graphql(directive = cost::list::apply(2))]
    async fn shipments(&self, ctx: &Context<'_>) -> Result<Option<Vec<Shipment>>> {
        let Ok(part) = self.id.parse::<VendorOrderId>() else { return Ok(None) };
        let caller = caller(ctx)?;
        let mut shipments = rows(ctx).of::<ShipmentsOfPart>(part).await?;
        let all = shipments.len();
        shipments.retain(|shipment| sees_shipment(caller, shipment));
        Ok((all == 0 || !shipments.is_empty()).then(|| shipments.into_iter().map(Shipment).collect()))
    }
}

/// A vendor, whose shipments live here.
pub struct Vendor {
    id: ID,
}

impl Vendor {
    pub fn new(id: VendorId) -> Self {
        Self { id: id.to_graphql() }
    }
}

/// A vendor that sells in the shop.
#[Object]
impl Vendor {
    /// Identifier, by which filters and inputs name the vendor.
    async fn id(&self) -> &ID {
        &self.id
    }

    /// The vendor's shipments, newest first; null for others than the vendor and staff.
    #[graphql(directive = access::authenticated::apply())]
    async fn shipments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "All shipments unless given.")] filter: Option<VendorShipmentFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<Shipment>>> {
        let Ok(vendor) = self.id.parse::<VendorId>() else { return Ok(None) };
        if !sees_shipments_of(caller(ctx)?, vendor) {
            return Ok(None);
        }
        shipments_of_vendor(ctx, vendor, filter, first, after.as_deref()).await.map(Some)
    }
}

#[derive(Default)]
pub struct ExtensionQuery;

#[Object]
impl ExtensionQuery {
    #[graphql(entity)]
    async fn find_order_by_id(&self, id: ID) -> Order {
        Order { id }
    }

    #[graphql(entity)]
    async fn find_vendor_order_by_id(&self, id: ID) -> VendorOrder {
        VendorOrder { id }
    }

    #[graphql(entity)]
    async fn find_vendor_by_id(&self, id: ID) -> Vendor {
        Vendor { id }
    }

    #[graphql(entity)]
    async fn find_product_by_id(&self, #[graphql(key)] id: ID, weight_grams: Option<i32>) -> Product {
        Product::of(id, weight_grams)
    }
}
