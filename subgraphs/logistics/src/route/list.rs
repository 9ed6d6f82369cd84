//! Routes as staff and couriers read them.

use async_graphql::{Context, InputObject, Result};
use logistics_entities::route::Status;
use logistics_entities::{CourierId, RouteId};
use platform_core::id::UserId;
use platform_core::page::{Connection, Page};
use sea_orm::Iterable;

use super::store;
use super::view::Route;
use crate::app::App;

/// Which routes; every field that is set must hold.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Any of these, each once.
    pub statuses: Option<Vec<Status>>,
    pub courier: Option<CourierId>,
    pub user: Option<UserId>,
}

/// Which routes; every field that is given must hold.
#[derive(Debug, Default, InputObject)]
pub struct RouteFilter {
    /// Those that stand at any of these.
    pub statuses: Option<Vec<Status>>,
    /// Those of this courier.
    pub courier_id: Option<CourierId>,
}

/// A page of routes, the newest first: of all couriers, or those of the courier that `user` is.
pub async fn routes(
    ctx: &Context<'_>,
    user: Option<UserId>,
    filter: Option<RouteFilter>,
    first: Option<i32>,
    after: Option<&str>,
) -> Result<Connection<Route>> {
    let page = Page::<RouteId>::parse(first, after)?;
    let wanted = filter.unwrap_or_default();
    let each_once =
        |statuses: Vec<Status>| Status::iter().filter(|status| statuses.contains(status)).collect();
    let filter = Filter { statuses: wanted.statuses.map(each_once), courier: wanted.courier_id, user };
    let found = store::filtered(ctx.data_unchecked::<App>().database(), &filter, &page).await?;
    Ok(page.connection(found, |row| row.id, Route))
}
