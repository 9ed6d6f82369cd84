//! Warehouses and stock levels in the composed schema: seen by who acts for their vendor and by staff, changed by the
//! vendor and by administrators.

use async_graphql::{Context, InputObject, MaybeUndefined, Object, Result, SimpleObject, Union};
use catalog_entities::stock_movement::MovementKind;
use catalog_entities::warehouse;
use platform_core::id::{OfferId, StockMovementId, VendorId, WarehouseId};
use platform_core::page::{Connection, Page};
use platform_identity::Scope;
use platform_server::{access, caller, rows};

use super::adjust::{Adjusted, adjust};
use super::create_warehouse::{CodeTaken, create_warehouse};
use super::update_warehouse::update_warehouse;
use super::view::{StockLevel, StockMovement, Warehouse};
use super::{MAX_ON_HAND, StockError, shown, store};
use crate::access::{for_reading, for_vendor, sees_unsold};
use crate::app::App;
use crate::product::objects::Offer;
use crate::product::store::vendor_of_offer;

#[derive(Default)]
pub struct StockQuery;

/// The vendor of an offer.
async fn vendor_of(ctx: &Context<'_>, offer: OfferId) -> Result<VendorId> {
    let vendor = vendor_of_offer(ctx.data_unchecked::<App>().database(), offer).await?;
    Ok(vendor.ok_or(StockError::UnknownOffer(offer))?)
}

/// The rule of what shows stock: the scope to read it, which the one to write it includes.
fn reads_stock() -> Vec<Vec<Scope>> {
    vec![vec![Scope::StockRead], vec![Scope::StockWrite]]
}

#[Object]
impl StockQuery {
    /// A vendor's warehouses, for who acts for it and for staff.
    #[graphql(directive = access::requires_scopes::apply(reads_stock()), directive = platform_server::cost::list::apply(10))]
    async fn warehouses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose warehouses.")] vendor_id: VendorId,
    ) -> Result<Option<Vec<Warehouse>>> {
        for_reading(caller(ctx)?, vendor_id)?;
        let references = ctx.data_unchecked::<App>().products().references().await?;
        let own = references.warehouses.values().filter(|row| row.vendor_id == vendor_id);
        let mut own: Vec<Warehouse> = own.map(Warehouse::from).collect();
        own.sort_by_key(|warehouse| (warehouse.priority, warehouse.id));
        Ok(Some(own))
    }

    /// A warehouse of a vendor that the caller acts for, or any for staff; null if there is none that the caller may see.
    #[graphql(directive = access::requires_scopes::apply(reads_stock()))]
    async fn warehouse(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of `Warehouse.id`.")] id: WarehouseId,
    ) -> Result<Option<Warehouse>> {
        let caller = caller(ctx)?;
        let found = rows(ctx).by_id::<warehouse::Entity>(id).await?;
        Ok(found.filter(|row| sees_unsold(caller, row.vendor_id)).as_ref().map(Warehouse::from))
    }

    /// The stock of an offer in each warehouse, as it is now.
    #[graphql(directive = access::requires_scopes::apply(reads_stock()), directive = platform_server::cost::list::apply(5))]
    async fn stock_levels(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose stock: an offer of a vendor that the caller acts for, or any for staff.")]
        offer_id: OfferId,
    ) -> Result<Option<Vec<StockLevel>>> {
        for_reading(caller(ctx)?, vendor_of(ctx, offer_id).await?)?;
        let app = ctx.data_unchecked::<App>();
        let references = app.products().references().await?;
        let rows = store::levels(app.database(), offer_id).await?;
        Ok(Some(rows.iter().map(|row| StockLevel::new(&references, row)).collect()))
    }

    /// What happened to the stock of an offer, the newest first.
    #[graphql(directive = access::requires_scopes::apply(reads_stock()))]
    async fn stock_movements(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose stock: an offer of a vendor that the caller acts for, or any for staff.")]
        offer_id: OfferId,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<StockMovement>>> {
        for_reading(caller(ctx)?, vendor_of(ctx, offer_id).await?)?;
        let page = Page::<StockMovementId>::parse(first, after.as_deref())?;
        let rows = store::movements(ctx.data_unchecked::<App>().database(), offer_id, &page).await?;
        Ok(Some(page.connection(rows, |row| row.id, StockMovement::from)))
    }
}

/// A warehouse to make.
#[derive(Debug, InputObject)]
pub struct CreateWarehouseInput {
    /// Whose stock it keeps: the caller's vendor, or any for administrators.
    pub vendor_id: VendorId,
    /// Its name in the vendor's systems, unique in the shop: 1 to 100 characters.
    pub code: String,
    /// Its name for people: one line of at most 100 characters.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Reservations take from the lowest first, of equals from the oldest.
    #[graphql(default)]
    pub priority: i32,
}

/// A change of a warehouse. What is absent stays as it is; so do the vendor and the stock in it.
#[derive(Debug, InputObject)]
pub struct UpdateWarehouseInput {
    /// The warehouse to change: of the caller's vendor, or any for administrators.
    pub id: WarehouseId,
    /// Its name in the vendor's systems, as in `CreateWarehouseInput`.
    pub code: MaybeUndefined<String>,
    /// Its name for people: one line of at most 100 characters.
    pub name: MaybeUndefined<String>,
    /// ISO 3166-1 alpha-2.
    pub country: MaybeUndefined<String>,
    /// Reservations take from the lowest first, of equals from the oldest. What is reserved already stays where it is.
    pub priority: MaybeUndefined<i32>,
}

/// The warehouse was stored.
#[derive(Debug, SimpleObject)]
pub struct WarehouseSuccess {
    /// The warehouse as it is now.
    pub warehouse: Warehouse,
}

/// Another warehouse has this code.
#[derive(Debug, SimpleObject)]
pub struct WarehouseCodeTaken {
    /// The code that was asked for.
    pub code: String,
}

/// Outcome of `createWarehouse` and `updateWarehouse`.
#[derive(Union)]
pub enum WarehouseResult {
    Success(WarehouseSuccess),
    CodeTaken(WarehouseCodeTaken),
}

impl From<std::result::Result<warehouse::Model, CodeTaken>> for WarehouseResult {
    fn from(stored: std::result::Result<warehouse::Model, CodeTaken>) -> Self {
        match stored {
            Ok(row) => Self::Success(WarehouseSuccess { warehouse: Warehouse::from(&row) }),
            Err(CodeTaken(code)) => Self::CodeTaken(WarehouseCodeTaken { code }),
        }
    }
}

/// A change by hand of an offer's pieces in one warehouse.
#[derive(Debug, InputObject)]
pub struct AdjustStockInput {
    /// Whose pieces: an offer of the caller's vendor, or any for administrators.
    pub offer_id: OfferId,
    /// A warehouse of the offer's vendor.
    pub warehouse_id: WarehouseId,
    /// How many pieces more (or, negative, fewer) are on the shelf; not zero, and of a RECEIPT above zero. Sent again it
    /// changes the level again.
    pub delta: i64,
    /// RECEIPT for goods that came in, ADJUSTMENT for a corrected count.
    #[graphql(default_with = "MovementKind::Adjustment")]
    pub kind: MovementKind,
    /// Kept as the movement's `reference`: one line of at most 200 characters.
    pub reason: String,
}

/// The level was changed.
#[derive(SimpleObject)]
pub struct StockAdjusted {
    /// The level as it is now.
    pub level: StockLevel,
    /// The offer with what is available of it now.
    pub offer: Offer,
}

/// The level would fall below zero or below what is reserved; nothing was changed.
#[derive(Debug, SimpleObject)]
pub struct NotEnoughStock {
    /// Pieces on the shelf of the warehouse.
    pub on_hand: i64,
    /// How many of them are reserved.
    pub reserved: i64,
}

/// Of the offer there would be more in all warehouses than are counted; nothing was changed.
#[derive(Debug, SimpleObject)]
pub struct TooMuchStock {
    /// In all warehouses.
    pub on_hand: i64,
    /// The most that are counted.
    pub most: i64,
}

/// Outcome of `adjustStock`.
#[derive(Union)]
pub enum AdjustStockResult {
    Adjusted(StockAdjusted),
    NotEnough(NotEnoughStock),
    TooMuch(TooMuchStock),
}

#[derive(Default)]
pub struct StockMutation;

#[Object]
impl StockMutation {
    /// Makes a warehouse of the caller's vendor, or of any for administrators.
    #[graphql(directive = access::scope::apply(Scope::StockWrite))]
    async fn create_warehouse(
        &self,
        ctx: &Context<'_>,
        input: CreateWarehouseInput,
    ) -> Result<Option<WarehouseResult>> {
        for_vendor(caller(ctx)?, input.vendor_id)?;
        Ok(Some(create_warehouse(ctx.data_unchecked::<App>(), input).await?.into()))
    }

    /// Changes a warehouse of the caller's vendor, or any for administrators.
    #[graphql(directive = access::scope::apply(Scope::StockWrite))]
    async fn update_warehouse(
        &self,
        ctx: &Context<'_>,
        input: UpdateWarehouseInput,
    ) -> Result<Option<WarehouseResult>> {
        let row = rows(ctx).by_id::<warehouse::Entity>(input.id).await?;
        for_vendor(caller(ctx)?, row.ok_or(StockError::NoWarehouse(input.id))?.vendor_id)?;
        Ok(Some(update_warehouse(ctx.data_unchecked::<App>(), input).await?.into()))
    }

    /// Changes what is on the shelf of a warehouse.
    #[graphql(directive = access::scope::apply(Scope::StockWrite))]
    async fn adjust_stock(
        &self,
        ctx: &Context<'_>,
        input: AdjustStockInput,
    ) -> Result<Option<AdjustStockResult>> {
        let vendor = vendor_of(ctx, input.offer_id).await?;
        for_vendor(caller(ctx)?, vendor)?;
        let app = ctx.data_unchecked::<App>();
        let row = match adjust(app, vendor, &input).await? {
            Adjusted::Level(row) => row,
            Adjusted::NotEnough { on_hand, reserved } => {
                let not_enough = NotEnoughStock { on_hand: shown(on_hand), reserved: shown(reserved) };
                return Ok(Some(AdjustStockResult::NotEnough(not_enough)));
            }
            Adjusted::TooMuch { on_hand } => {
                let too_much = TooMuchStock { on_hand: shown(on_hand), most: MAX_ON_HAND };
                return Ok(Some(AdjustStockResult::TooMuch(too_much)));
            }
        };
        let references = app.products().references().await?;
        let offer = Offer::find(app, input.offer_id).await?;
        let offer = offer.ok_or(StockError::UnknownOffer(input.offer_id))?;
        let level = StockLevel::new(&references, &row);
        Ok(Some(AdjustStockResult::Adjusted(StockAdjusted { level, offer })))
    }
}
