//! A vendor's part of an order, and what orders adds to a vendor.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};
use orders_entities::vendor_order::{Entity, Model, Status};
use platform_commerce::Money;
use platform_core::id::{VendorId, VendorOrderId};
use platform_core::page::{Connection, Page};
use platform_identity::Scope;
use platform_server::{access, caller, rows};

use crate::access::sees_orders_of;
use crate::order::{OrderError, OrderLine, PartsOfVendor, VendorOrderFilter, VendorsPart, vendor_lines};

/// One vendor's part of an order.
pub struct VendorOrder(pub Model);

/// One vendor's part of an order.
#[Object]
impl VendorOrder {
    /// Identifier of the vendor's part.
    async fn id(&self) -> ID {
        self.0.id.to_graphql()
    }

    /// Whose part it is.
    async fn vendor(&self) -> Vendor {
        Vendor::new(self.0.vendor_id)
    }

    /// Where it stands.
    async fn status(&self) -> Status {
        self.0.status
    }

    /// The lines of the order that are this vendor's.
    #[graphql(directive = platform_server::cost::list::apply(10))]
    async fn lines(&self, ctx: &Context<'_>) -> Result<Vec<OrderLine>> {
        vendor_lines(ctx, &self.0).await
    }

    /// The lines with tax and after discounts, whatever the order's `pricesIncludeTax` says. The totals and the shipping
    /// of all parts of an order are its `total`.
    async fn total(&self) -> Result<Money> {
        self.money(self.0.total_minor)
    }

    /// What the parcel cost the buyer, with tax like `total`, whatever the order's `pricesIncludeTax` says. That of all
    /// parts of an order is its `shipping`, with its `shippingTax` where that is without tax.
    async fn shipping(&self) -> Result<Money> {
        self.money(self.0.shipping_minor)
    }

    /// What the platform keeps, fixed when the order was placed; null for others than the vendor and staff.
    async fn commission(&self, ctx: &Context<'_>) -> Result<Option<Money>> {
        if !sees_orders_of(caller(ctx)?, self.0.vendor_id) {
            return Ok(None);
        }
        self.money(self.0.commission_minor).map(Some)
    }

    /// When the order was placed.
    async fn placed_at(&self) -> DateTime<Utc> {
        self.0.placed_at
    }
}

impl VendorOrder {
    fn money(&self, minor: i64) -> Result<Money> {
        Ok(Money::from_minor(minor, self.0.currency.parse().map_err(OrderError::from)?))
    }
}

/// A vendor, whose orders live here.
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

    /// The vendor's parts of orders, newest first; null for others than the vendor and staff.
    #[graphql(directive = access::authenticated::apply())]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "All parts unless given.")] filter: Option<VendorOrderFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<VendorOrder>>> {
        let Ok(vendor) = self.id.parse::<VendorId>() else { return Ok(None) };
        if !sees_orders_of(caller(ctx)?, vendor) {
            return Ok(None);
        }
        let page = Page::<VendorOrderId>::parse(first, after.as_deref())?;
        let wanted = filter.unwrap_or_default().read(vendor)?;
        let parts = rows(ctx).page::<PartsOfVendor>(wanted, &page).await?;
        Ok(Some(page.connection(parts, |part| part.id, VendorOrder)))
    }
}

#[derive(Default)]
pub struct VendorQuery;

#[Object]
impl VendorQuery {
    #[graphql(entity)]
    async fn find_vendor_by_id(&self, id: ID) -> Vendor {
        Vendor { id }
    }

    #[graphql(entity)]
    async fn find_vendor_order_by_id(&self, ctx: &Context<'_>, id: ID) -> Result<Option<VendorOrder>> {
        let Ok(id) = id.parse::<VendorOrderId>() else { return Ok(None) };
        let Some(part) = rows(ctx).by_id::<Entity>(id).await? else { return Ok(None) };
        let caller = caller(ctx)?;
        if caller.may_see(part.user_id, Scope::OrdersRead) {
            return Ok(Some(VendorOrder(part)));
        }
        if !sees_orders_of(caller, part.vendor_id) {
            return Ok(None);
        }
        Ok(rows(ctx).of::<VendorsPart>(id).await?.pop().map(VendorOrder))
    }
}
