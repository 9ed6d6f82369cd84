//! What a courier has to drive, live.

use std::future::ready;

use async_graphql::{Context, Result, SimpleObject, Subscription};
use futures::{Stream, StreamExt, stream};
use platform_core::id::UserId;
use platform_database::StoreError;
use platform_identity::{Policy, Role};
use platform_server::access;

use super::error::RouteError;
use super::graphql::courier;
use super::store;
use super::topics::courier_topic;
use super::view::Route;
use crate::app::App;

/// What a courier has to drive.
#[derive(SimpleObject)]
pub struct CourierAssignment {
    /// The route that is not ended; null where there is none.
    route: Option<Route>,
}

#[derive(Default)]
pub struct RouteSubscription;

#[Subscription]
impl RouteSubscription {
    /// What the caller has to drive as a courier: as it stands, and again after each change of the route.
    #[graphql(directive = access::policy::apply(Policy::Role(Role::Courier)))]
    async fn courier_assignments(
        &self,
        ctx: &Context<'_>,
    ) -> Result<impl Stream<Item = CourierAssignment> + use<>> {
        let (app, user) = (ctx.data_unchecked::<App>().clone(), courier(ctx)?);
        // Heard before read: no change falls between the two.
        let changes = app.broadcast.subscribe(&courier_topic(user)).await;
        let first = open_route(&app, user).await.map_err(RouteError::from)?;
        let later = changes.filter_map(move |_| {
            let app = app.clone();
            // What cannot be read now is told with the next change.
            async move { open_route(&app, user).await.ok() }
        });
        let mut seen = None;
        let fresh = move |route: &Option<Route>| {
            let version = Some(route.as_ref().map(|route| (route.0.id, route.0.version)));
            let is_fresh = seen != version;
            seen = version;
            ready(is_fresh)
        };
        let all = stream::iter([first]).chain(later).filter(fresh);
        Ok(all.map(|route| CourierAssignment { route }))
    }
}

async fn open_route(app: &App, user: UserId) -> Result<Option<Route>, StoreError> {
    Ok(store::open_of(app.database(), user).await?.map(Route))
}
