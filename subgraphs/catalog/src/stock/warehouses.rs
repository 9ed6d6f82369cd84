//! Warehouses and stock levels in the composed schema: seen by who acts for their vendor and by staff, changed by the
//! vendor and by administrators.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, InputObject, Object, Result, SimpleObject, Union};
use catalog_entities::stock_movement::{self, MovementKind};
use catalog_entities::{stock_level, warehouse};
use chrono::{DateTime, Utc};
use platform_core::id::{OfferId, StockMovementId, VendorId, WarehouseId};
use platform_core::page::{Connection, Page};
use platform_database::{Database, StoreError, Violation};
use platform_identity::Scope;
use platform_server::{access, caller};
use platform_text::{Country, line, token};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::levels::{Delta, LockedLevels, Movement};
use super::{MAX_ON_HAND, StockError, shown};
use crate::access::{for_reading, for_vendor};
use crate::changes::Change;
use crate::product::editing::vendor_of_offer;
use crate::product::objects::{Offer, Vendor};
use crate::reference::ReferenceData;
use crate::services::{Services, services};

/// Of a warehouse's code and of its name.
const MAX_NAME: usize = 100;
const MAX_REASON: usize = 200;

/// A place where a vendor keeps stock.
#[derive(Debug, Clone, SimpleObject)]
pub struct Warehouse {
    /// Identifier; see `adjustStock`.
    pub id: WarehouseId,
    /// Whose stock it keeps.
    pub vendor: Vendor,
    /// Its name in the vendor's systems, unique in the shop.
    pub code: String,
    /// Its name for people.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Reservations take from the lowest first.
    pub priority: i32,
}

impl From<&warehouse::Model> for Warehouse {
    fn from(row: &warehouse::Model) -> Self {
        let warehouse::Model { id, vendor_id, code, name, country, priority } = row.clone();
        Self { id, vendor: Vendor { id: vendor_id }, code, name, country, priority }
    }
}

/// How many pieces of an offer a warehouse holds.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct StockLevel {
    #[graphql(skip)]
    references: Arc<ReferenceData>,
    #[graphql(skip)]
    warehouse_id: WarehouseId,
    /// The offer whose pieces they are.
    pub offer_id: OfferId,
    /// Pieces on the shelf, reserved ones included.
    pub on_hand: i64,
    /// Pieces held for orders that are not sold yet.
    pub reserved: i64,
    /// onHand - reserved.
    pub available: i64,
}

impl StockLevel {
    fn new(references: &Arc<ReferenceData>, row: &stock_level::Model) -> Self {
        Self {
            references: Arc::clone(references),
            warehouse_id: row.warehouse_id,
            offer_id: row.offer_id,
            on_hand: shown(row.on_hand),
            reserved: shown(row.reserved),
            available: shown(row.on_hand - row.reserved),
        }
    }
}

#[ComplexObject]
impl StockLevel {
    /// Where they are; null only while a warehouse is so new that this server has not read it.
    async fn warehouse(&self) -> Option<Warehouse> {
        self.references.warehouses.get(&self.warehouse_id).map(Warehouse::from)
    }
}

/// A change of a stock level. The movements of a level sum to it.
#[derive(Debug, SimpleObject)]
pub struct StockMovement {
    /// Identifier of the movement.
    pub id: StockMovementId,
    /// The warehouse whose level changed.
    pub warehouse_id: WarehouseId,
    /// Why it changed.
    pub kind: MovementKind,
    /// How many pieces more (or, negative, fewer) are on the shelf.
    pub on_hand_delta: i64,
    /// How many pieces more (or, negative, fewer) are reserved.
    pub reserved_delta: i64,
    /// The reservation's key, or the reason a person gave.
    pub reference: String,
    /// When it changed.
    pub created_at: DateTime<Utc>,
}

#[derive(Default)]
pub struct StockQuery;

/// The vendor of an offer.
async fn vendor_of(ctx: &Context<'_>, offer: OfferId) -> Result<VendorId> {
    let vendor = vendor_of_offer(services(ctx), offer).await.map_err(StockError::from)?;
    Ok(vendor.ok_or(StockError::UnknownOffer(offer))?.0)
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
        let references = services(ctx).products.references().await?;
        let own = references.warehouses.values().filter(|row| row.vendor_id == vendor_id);
        let mut own: Vec<Warehouse> = own.map(Warehouse::from).collect();
        own.sort_by_key(|warehouse| (warehouse.priority, warehouse.id));
        Ok(Some(own))
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
        let services = services(ctx);
        let references = services.products.references().await?;
        let rows = levels(&services.platform.database, offer_id).await?;
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
        let rows = movements(&services(ctx).platform.database, offer_id, &page).await?;
        let movement = |row: stock_movement::Model| StockMovement {
            id: row.id,
            warehouse_id: row.warehouse_id,
            kind: row.kind,
            on_hand_delta: shown(row.on_hand_delta),
            reserved_delta: shown(row.reserved_delta),
            reference: row.reference,
            created_at: row.created_at,
        };
        Ok(Some(page.connection(rows, |row| row.id, movement)))
    }
}

async fn levels(database: &Database, offer: OfferId) -> Result<Vec<stock_level::Model>, StoreError> {
    Ok(stock_level::Entity::find()
        .filter(stock_level::Column::OfferId.eq(offer))
        .order_by_asc(stock_level::Column::WarehouseId)
        .all(database.read())
        .await?)
}

async fn movements(
    database: &Database,
    offer: OfferId,
    page: &Page<StockMovementId>,
) -> Result<Vec<stock_movement::Model>, StoreError> {
    let mut select = stock_movement::Entity::find()
        .filter(stock_movement::Column::OfferId.eq(offer))
        .order_by_desc(stock_movement::Column::Id)
        .limit(page.first.saturating_add(1));
    if let Some(after) = page.after {
        select = select.filter(stock_movement::Column::Id.lt(after));
    }
    Ok(select.all(database.read()).await?)
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

/// The warehouse was made.
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

/// Outcome of `createWarehouse`.
#[derive(Union)]
pub enum WarehouseResult {
    Success(WarehouseSuccess),
    CodeTaken(WarehouseCodeTaken),
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

/// What became of a change by hand.
enum Adjusted {
    Level(stock_level::Model),
    Refused(AdjustStockResult),
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
        let services = services(ctx);
        let row = warehouse::Model {
            id: services.platform.ids.next(),
            vendor_id: input.vendor_id,
            code: token("code", input.code.trim(), 1..=MAX_NAME).map_err(StockError::from)?.to_owned(),
            name: line("name", &input.name, MAX_NAME).map_err(StockError::from)?,
            country: Country::parse("country", &input.country).map_err(StockError::from)?.into(),
            priority: input.priority,
        };
        let tx = services.platform.database.begin().await?;
        match row.clone().into_active_model().reset_all().insert(&*tx).await {
            Ok(_) => {}
            Err(error) if error.is_unique_violation() => {
                return Ok(Some(WarehouseResult::CodeTaken(WarehouseCodeTaken { code: row.code })));
            }
            Err(error) => return Err(StockError::from(error).into()),
        }
        services.changes.announce(&tx, Change::references());
        tx.commit().await?;
        Ok(Some(WarehouseResult::Success(WarehouseSuccess { warehouse: Warehouse::from(&row) })))
    }

    /// Changes what is on the shelf of a warehouse.
    #[graphql(directive = access::scope::apply(Scope::StockWrite))]
    async fn adjust_stock(
        &self,
        ctx: &Context<'_>,
        input: AdjustStockInput,
    ) -> Result<Option<AdjustStockResult>> {
        for_vendor(caller(ctx)?, vendor_of(ctx, input.offer_id).await?)?;
        let services = services(ctx);
        let row = match adjust(services, &input).await? {
            Adjusted::Level(row) => row,
            Adjusted::Refused(refusal) => return Ok(Some(refusal)),
        };
        let references = services.products.references().await?;
        let unknown = || StockError::UnknownOffer(input.offer_id);
        let products = services.products.of_offers(&[input.offer_id]).await?;
        let product = Arc::clone(products.get(&input.offer_id).ok_or_else(unknown)?);
        let (variant, offer) = product.find_offer(input.offer_id).ok_or_else(unknown)?;
        let (variant, offer) = (Arc::clone(variant), Arc::clone(offer));
        Ok(Some(AdjustStockResult::Adjusted(StockAdjusted {
            level: StockLevel::new(&references, &row),
            offer: Offer { product, variant, offer },
        })))
    }
}

async fn adjust(services: &Services, input: &AdjustStockInput) -> Result<Adjusted, StockError> {
    if !matches!(input.kind, MovementKind::Receipt | MovementKind::Adjustment) {
        return Err(StockError::InvalidKind);
    }
    if !(-MAX_ON_HAND..=MAX_ON_HAND).contains(&input.delta) || input.delta == 0 {
        return Err(StockError::InvalidDelta);
    }
    if input.kind == MovementKind::Receipt && input.delta < 0 {
        return Err(StockError::ReceiptTakesAway);
    }
    let reason = line("reason", &input.reason, MAX_REASON)?;
    let vendor = vendor_of_offer(services, input.offer_id).await?;
    let (vendor, _) = vendor.ok_or(StockError::UnknownOffer(input.offer_id))?;
    let read = services.platform.database.read();
    warehouse::Entity::find_by_id(input.warehouse_id)
        .filter(warehouse::Column::VendorId.eq(vendor))
        .one(read)
        .await?
        .ok_or(StockError::UnknownWarehouse(input.warehouse_id))?;
    let tx = services.platform.database.begin().await?;
    let first = stock_level::ActiveModel {
        offer_id: Set(input.offer_id),
        warehouse_id: Set(input.warehouse_id),
        on_hand: Set(0),
        reserved: Set(0),
    };
    let known = sea_orm::sea_query::OnConflict::columns([
        stock_level::Column::OfferId,
        stock_level::Column::WarehouseId,
    ])
    .do_nothing()
    .to_owned();
    stock_level::Entity::insert(first).on_conflict(known).exec_without_returning(&*tx).await?;
    let levels = LockedLevels::lock(&tx, &[input.offer_id]).await?;
    let before = levels.get(input.offer_id, input.warehouse_id).ok_or(StockError::LockLost)?.clone();
    let on_hand = before.on_hand + input.delta;
    if on_hand < before.reserved {
        let not_enough = NotEnoughStock { on_hand: shown(before.on_hand), reserved: shown(before.reserved) };
        return Ok(Adjusted::Refused(AdjustStockResult::NotEnough(not_enough)));
    }
    let everywhere = levels.on_hand(input.offer_id);
    if input.delta > 0 && everywhere + input.delta > MAX_ON_HAND {
        let too_much = TooMuchStock { on_hand: shown(everywhere), most: MAX_ON_HAND };
        return Ok(Adjusted::Refused(AdjustStockResult::TooMuch(too_much)));
    }
    let movement = Movement {
        ids: &services.platform.ids,
        outbox: &services.platform.outbox,
        now: services.platform.clock.now(),
        kind: input.kind,
        reference: &reason,
    };
    let (offer, warehouse) = (input.offer_id, input.warehouse_id);
    let delta = Delta { offer, warehouse, on_hand: input.delta, reserved: 0 };
    let change = movement.write(&tx, &levels, &[delta]).await?;
    services.changes.announce(&tx, change);
    tx.commit().await?;
    Ok(Adjusted::Level(stock_level::Model { on_hand, ..before }))
}
