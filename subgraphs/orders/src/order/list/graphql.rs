//! Lists of orders as staff and buyers read them.

use std::collections::HashMap;

use async_graphql::dataloader::{DataLoader, Loader};
use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use orders_entities::order::{Model, Status};
use orders_entities::vendor_order;
use platform_core::id::{OrderId, UserId, VendorId};
use platform_core::moment;
use platform_core::page::{Connection, Page, PageError};
use platform_database::StoreError;
use platform_identity::{Identity, Scope};
use platform_server::{access, caller, cost};
use platform_text::Email;
use sea_orm::Iterable;

use super::{Filter, PartsFilter, Period, Place, Sort};
use crate::access::{knows_customers, sees_all_orders};
use crate::app::App;
use crate::order::OrderError;
use crate::order::graphql::Order;
use crate::order::number;
use crate::order::store::{self, OrdersOf};

/// Which orders; every field that is given must hold.
#[derive(Default, InputObject)]
struct OrderFilter {
    /// Those that stand at any of these.
    statuses: Option<Vec<Status>>,
    /// Placed at this moment or later.
    placed_from: Option<DateTime<Utc>>,
    /// Placed before this moment.
    placed_before: Option<DateTime<Utc>>,
    /// Bought by this user.
    user_id: Option<UserId>,
    /// Placed by a guest with this address, the whole of it, in any Unicode form and case; also once it is in an account.
    /// Needs the scope `customers:read`.
    email: Option<String>,
    /// With something that this vendor sells.
    vendor_id: Option<VendorId>,
    /// The order's number or its first characters, however they are typed.
    number: Option<String>,
}

/// Which of a vendor's parts of orders; every field that is given must hold.
#[derive(Default, InputObject)]
pub struct VendorOrderFilter {
    /// Those that stand at any of these.
    statuses: Option<Vec<vendor_order::Status>>,
    /// Of orders that were placed at this moment or later.
    placed_from: Option<DateTime<Utc>>,
    /// Of orders that were placed before this moment.
    placed_before: Option<DateTime<Utc>>,
}

fn period(from: Option<DateTime<Utc>>, before: Option<DateTime<Utc>>) -> Result<Period, OrderError> {
    Ok(Period {
        from: from.map(|at| moment::check("placedFrom", at)).transpose()?,
        before: before.map(|at| moment::check("placedBefore", at)).transpose()?,
    })
}

impl OrderFilter {
    fn read(self, caller: &Identity) -> Result<Filter, OrderError> {
        if self.email.is_some() && !knows_customers(caller) {
            return Err(OrderError::CustomersUnknown);
        }
        let statuses = self.statuses.map(|wanted| Status::iter().filter(|s| wanted.contains(s)).collect());
        let number = self.number.map(|typed| number::parse_beginning(&typed).ok_or(OrderError::Number));
        Ok(Filter {
            statuses,
            placed: period(self.placed_from, self.placed_before)?,
            user: self.user_id,
            email: self.email.map(|text| Email::parse("email", &text)).transpose()?,
            vendor: self.vendor_id,
            number: number.transpose()?,
        })
    }
}

impl VendorOrderFilter {
    pub fn read(self, vendor: VendorId) -> Result<PartsFilter, OrderError> {
        let wanted =
            |statuses: Vec<_>| vendor_order::Status::iter().filter(|s| statuses.contains(s)).collect();
        let placed = period(self.placed_from, self.placed_before)?;
        Ok(PartsFilter { vendor, statuses: self.statuses.map(wanted), placed })
    }
}

/// Of which list orders are counted.
pub enum Counted {
    Filtered(Filter),
    OfUser(UserId),
}

#[Object]
impl Counted {
    /// How many orders there are on all pages; 10,000 where there are as many or more.
    #[graphql(directive = cost::of::apply(20))]
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(match self {
            Self::Filtered(filter) => {
                let database = ctx.data_unchecked::<App>().database();
                store::counts(database, std::slice::from_ref(filter)).await?.into_iter().sum()
            }
            Self::OfUser(user) => {
                let counts = ctx.data_unchecked::<DataLoader<UserOrderCounts>>();
                counts.load_one(*user).await?.unwrap_or_default()
            }
        })
    }
}

/// How many orders users have, counted together.
pub struct UserOrderCounts(pub App);

impl Loader<UserId> for UserOrderCounts {
    type Value = i64;
    type Error = StoreError;

    async fn load(&self, users: &[UserId]) -> Result<HashMap<UserId, i64>, StoreError> {
        let of = |user: &UserId| Filter { user: Some(*user), ..Filter::default() };
        let filters: Vec<Filter> = users.iter().map(of).collect();
        Ok(users.iter().copied().zip(store::counts(self.0.database(), &filters).await?).collect())
    }
}

pub type OrderConnection = async_graphql::connection::Connection<String, Order, Counted>;

/// A page with the count of its whole list.
fn counted(page: Connection<Order>, of: Counted) -> OrderConnection {
    let mut counted = OrderConnection::with_additional_fields(page.has_previous_page, page.has_next_page, of);
    counted.edges = page.edges;
    counted
}

/// A page of a user's orders, the newest first.
pub async fn orders_of_user(
    ctx: &Context<'_>,
    user: UserId,
    first: Option<i32>,
    after: Option<String>,
) -> Result<OrderConnection> {
    let page = Page::<OrderId>::parse(first, after.as_deref())?;
    let found = platform_server::rows(ctx).page::<OrdersOf>(user, &page).await?;
    Ok(counted(page.connection(found, |order: &Model| order.id, Order), Counted::OfUser(user)))
}

/// How many orders stand at a status.
#[derive(SimpleObject)]
struct OrderStatusCount {
    /// Where they stand.
    status: Status,
    /// How many they are; 10,000 where they are as many or more.
    count: i64,
}

#[derive(Default)]
pub struct OrderListQuery;

#[Object]
impl OrderListQuery {
    /// Orders for staff and for partners whose key is made for all vendors, the newest first unless `sortBy` says
    /// otherwise; without attempts that nobody could pay for. A key that is bound to vendors asks for `Vendor.orders`.
    #[graphql(directive = access::scope::apply(Scope::OrdersRead))]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "All orders unless given.")] filter: Option<OrderFilter>,
        #[graphql(desc = "NEWEST unless given.")] sort_by: Option<Sort>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<OrderConnection>> {
        let filter = wanted(ctx, filter)?;
        let page = Page::<Place>::parse(first, after.as_deref())?;
        if page.after.is_some_and(|Place(at, _)| !moment::is_storable(at)) {
            return Err(PageError::InvalidCursor.into());
        }
        let database = ctx.data_unchecked::<App>().database();
        let found = store::filtered(database, &filter, sort_by.unwrap_or_default(), &page).await?;
        Ok(Some(counted(page.connection(found, Place::of, Order), Counted::Filtered(filter))))
    }

    /// How many orders stand at each status, for those who may list them with `orders`; without attempts that nobody could
    /// pay for. Of `filter.statuses` alone where it is given, and in the order of an order's life.
    #[graphql(
        directive = access::scope::apply(Scope::OrdersRead),
        directive = cost::list::apply(10),
        directive = cost::of::apply(50)
    )]
    async fn order_counts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "All orders unless given.")] filter: Option<OrderFilter>,
    ) -> Result<Option<Vec<OrderStatusCount>>> {
        let filter = wanted(ctx, filter)?;
        let statuses: Vec<Status> = match &filter.statuses {
            Some(statuses) => statuses.clone(),
            None => Status::iter().collect(),
        };
        let with = |status: &Status| Filter { statuses: Some(vec![*status]), ..filter.clone() };
        let filters: Vec<Filter> = statuses.iter().map(with).collect();
        let counts = store::counts(ctx.data_unchecked::<App>().database(), &filters).await?;
        let counted = statuses.into_iter().zip(counts);
        Ok(Some(counted.map(|(status, count)| OrderStatusCount { status, count }).collect()))
    }
}

/// The filter of a caller who sees the orders of all buyers and vendors.
fn wanted(ctx: &Context<'_>, filter: Option<OrderFilter>) -> Result<Filter> {
    let caller = caller(ctx)?;
    if !sees_all_orders(caller) {
        return Err(OrderError::BoundToVendors.into());
    }
    Ok(filter.unwrap_or_default().read(caller)?)
}
