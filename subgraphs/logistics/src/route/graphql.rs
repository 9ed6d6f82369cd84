//! Routes in the schema.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use logistics_entities::route::Entity;
use logistics_entities::stop::{Proof, Reason};
use logistics_entities::{CourierId, RouteId};
use platform_core::id::{ShipmentId, UploadId, UserId};
use platform_core::page::Connection;
use platform_files::OpenUpload;
use platform_identity::{Policy, Role, Scope};
use platform_server::{access, caller, cost, rows};
use platform_text::optional_line;

use super::deliver::{Marked, Outcome, mark};
use super::drive::{Changed, accept, cancel, start};
use super::error::RouteError;
use super::list::{RouteFilter, routes};
use super::photo::create_upload;
use super::plan::{Wanted, plan};
use super::view::{Route, Stop};
use crate::access::sees_route;
use crate::app::App;
use crate::shipment::Shipment;

/// Of what waits still after a plan.
const MAX_LEFT: usize = 100;
/// Of who took a shipment, and of where it was left.
const MAX_RECEIVER: usize = 100;

#[derive(Default)]
pub struct RouteQuery;

#[Object]
impl RouteQuery {
    /// A route: of the caller's as its courier, or any for staff; null for strangers.
    #[graphql(directive = access::authenticated::apply())]
    async fn route(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of `Route.id`.")] id: RouteId,
    ) -> Result<Option<Route>> {
        let caller = caller(ctx)?;
        let found = rows(ctx).by_id::<Entity>(id).await?;
        Ok(found.filter(|route| sees_route(caller, route)).map(Route))
    }

    /// Routes of all couriers, the newest first.
    #[graphql(directive = access::scope::apply(Scope::ShipmentsManage))]
    async fn routes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "All routes unless given.")] filter: Option<RouteFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<Route>>> {
        routes(ctx, None, filter, first, after.as_deref()).await.map(Some)
    }

    /// The caller's routes as a courier, the newest first.
    #[graphql(directive = access::policy::apply(Policy::Role(Role::Courier)))]
    async fn my_routes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "All of them unless given.")] filter: Option<RouteFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<Route>>> {
        let courier = courier(ctx)?;
        routes(ctx, Some(courier), filter, first, after.as_deref()).await.map(Some)
    }
}

/// The user who is the courier.
pub fn courier(ctx: &Context<'_>) -> Result<UserId> {
    Ok(caller(ctx)?.user.ok_or(RouteError::NotFound)?)
}

/// A route that the courier will drive.
#[derive(Debug, InputObject)]
struct AcceptRouteInput {
    /// One of the caller's own.
    route_id: RouteId,
}

/// A route on which the courier leaves the depot.
#[derive(Debug, InputObject)]
struct StartRouteInput {
    /// One of the caller's own.
    route_id: RouteId,
}

/// A route to call off.
#[derive(Debug, InputObject)]
struct CancelRouteInput {
    /// Of whichever courier.
    route_id: RouteId,
}

/// What is to be planned.
#[derive(Debug, InputObject)]
struct PlanRoutesInput {
    /// For these couriers alone, at most 100; for all who are free unless given.
    courier_ids: Option<Vec<CourierId>>,
    /// Of these shipments alone, at most 100; of all that wait unless given.
    shipment_ids: Option<Vec<ShipmentId>>,
}

/// A shipment that its recipient has.
#[derive(Debug, InputObject)]
struct MarkDeliveredInput {
    /// On the caller's route.
    shipment_id: ShipmentId,
    /// With whom or where it was left.
    #[graphql(default_with = "Proof::Recipient")]
    proof: Proof,
    /// Who took it, or where it was left: one line of at most 100 characters. It has to be given unless the recipient took it.
    received_by: Option<String>,
    /// Of `Upload.id`: an upload by `createProofUpload` to which a photo or a picture of the recipient's signature was sent.
    photo_upload_id: Option<UploadId>,
}

/// A shipment of whose delivery a photo is to be sent.
#[derive(Debug, InputObject)]
struct CreateProofUploadInput {
    /// On the caller's route, which is started.
    shipment_id: ShipmentId,
}

/// A photo can be sent.
#[derive(SimpleObject)]
struct CreateProofUploadPayload {
    /// Where and how to send it. `markDelivered` takes it by its id.
    upload: OpenUpload,
}

/// A shipment that could not be delivered.
#[derive(Debug, InputObject)]
struct MarkAttemptedInput {
    /// On the caller's route.
    shipment_id: ShipmentId,
    /// Why.
    reason: Reason,
}

/// It was written down, now or before.
#[derive(SimpleObject)]
struct RoutePayload {
    /// The route as it is now.
    route: Route,
}

/// This cannot happen to the route as it stands; nothing was changed.
#[derive(SimpleObject)]
struct RouteStatusRefused {
    /// The route as it is.
    route: Route,
}

/// Routes were planned.
#[derive(SimpleObject)]
struct PlanRoutesPayload {
    /// The new ones.
    #[graphql(directive = cost::list::apply(10))]
    routes: Vec<Route>,
    /// What waits still, the first 100 of it: no courier is free for it, nobody knows where it goes, or it was refused, brought to
    /// a wrong address or tried three times. What staff names in `shipmentIds` is tried again all the same.
    #[graphql(directive = cost::list::apply(20))]
    left: Vec<Shipment>,
}

/// It was written down, now or before.
#[derive(SimpleObject)]
struct StopPayload {
    /// The stop as it is now.
    stop: Stop,
}

/// The stop has ended otherwise; nothing was changed.
#[derive(SimpleObject)]
struct StopEnded {
    /// The stop as it is.
    stop: Stop,
}

/// Outcome of `acceptRoute`, `startRoute` and `cancelRoute`.
#[derive(Union)]
enum RouteResult {
    Payload(RoutePayload),
    Refused(RouteStatusRefused),
}

/// Outcome of `markDelivered` and `markAttempted`.
#[derive(Union)]
enum StopResult {
    Payload(StopPayload),
    Ended(StopEnded),
    Refused(RouteStatusRefused),
}

impl From<Changed> for RouteResult {
    fn from(changed: Changed) -> Self {
        match changed {
            Changed::To(route) => Self::Payload(RoutePayload { route: Route(route) }),
            Changed::Refused(route) => Self::Refused(RouteStatusRefused { route: Route(route) }),
        }
    }
}

impl From<Marked> for StopResult {
    fn from(marked: Marked) -> Self {
        let shown = |row| Stop { row, arrives_at: None, is_open: false };
        match marked {
            Marked::Stop(stop) => Self::Payload(StopPayload { stop: shown(stop) }),
            Marked::Ended(stop) => Self::Ended(StopEnded { stop: shown(stop) }),
            Marked::NotStarted(route) => Self::Refused(RouteStatusRefused { route: Route(route) }),
        }
    }
}

#[derive(Default)]
pub struct RouteMutation;

#[Object]
impl RouteMutation {
    /// Gives what waits at the depots to couriers who are free, as also happens by itself.
    #[graphql(directive = access::scope::apply(Scope::ShipmentsManage))]
    async fn plan_routes(
        &self,
        ctx: &Context<'_>,
        input: PlanRoutesInput,
    ) -> Result<Option<PlanRoutesPayload>> {
        let wanted = Wanted { couriers: input.courier_ids, shipments: input.shipment_ids };
        let planned = plan(ctx.data_unchecked::<App>(), wanted).await?;
        Ok(Some(PlanRoutesPayload {
            routes: planned.routes.into_iter().map(Route).collect(),
            left: planned.left.into_iter().take(MAX_LEFT).map(Shipment).collect(),
        }))
    }

    /// Calls a route off: what is left on it waits at the depot again.
    #[graphql(directive = access::scope::apply(Scope::ShipmentsManage))]
    async fn cancel_route(&self, ctx: &Context<'_>, input: CancelRouteInput) -> Result<Option<RouteResult>> {
        let actor = caller(ctx)?.user;
        Ok(Some(cancel(ctx.data_unchecked::<App>(), input.route_id, actor).await?.into()))
    }

    /// The courier will drive the route.
    #[graphql(directive = access::policy::apply(Policy::Role(Role::Courier)))]
    async fn accept_route(&self, ctx: &Context<'_>, input: AcceptRouteInput) -> Result<Option<RouteResult>> {
        Ok(Some(accept(ctx.data_unchecked::<App>(), input.route_id, courier(ctx)?).await?.into()))
    }

    /// The courier leaves the depot: what is on the route is out for delivery. Who starts a route has accepted it.
    #[graphql(directive = access::policy::apply(Policy::Role(Role::Courier)))]
    async fn start_route(&self, ctx: &Context<'_>, input: StartRouteInput) -> Result<Option<RouteResult>> {
        Ok(Some(start(ctx.data_unchecked::<App>(), input.route_id, courier(ctx)?).await?.into()))
    }

    /// The shipment is with its recipient.
    #[graphql(directive = access::policy::apply(Policy::Role(Role::Courier)))]
    async fn mark_delivered(
        &self,
        ctx: &Context<'_>,
        input: MarkDeliveredInput,
    ) -> Result<Option<StopResult>> {
        let receiver = optional_line("receivedBy", input.received_by.as_deref(), MAX_RECEIVER);
        let received_by = receiver.map_err(RouteError::from)?;
        if received_by.is_none() && input.proof != Proof::Recipient {
            return Err(RouteError::NoReceiver.into());
        }
        let photo = input.photo_upload_id;
        let outcome = Outcome::Delivered { proof: input.proof, received_by, photo };
        Ok(Some(mark(ctx.data_unchecked::<App>(), input.shipment_id, caller(ctx)?, outcome).await?.into()))
    }

    /// Asks for an upload of a photo that proves a delivery: of where the shipment was left, or of the recipient's signature.
    #[graphql(directive = access::policy::apply(Policy::Role(Role::Courier)))]
    async fn create_proof_upload(
        &self,
        ctx: &Context<'_>,
        input: CreateProofUploadInput,
    ) -> Result<Option<CreateProofUploadPayload>> {
        let upload = create_upload(ctx.data_unchecked::<App>(), caller(ctx)?, input.shipment_id).await?;
        Ok(Some(CreateProofUploadPayload { upload }))
    }

    /// The courier was at the recipient's and could not deliver the shipment: it comes back to the depot with the van and is
    /// tried again, at most three times in all; what was refused or has a wrong address waits for staff. Until the route has
    /// ended, its courier may still deliver it.
    #[graphql(directive = access::policy::apply(Policy::Role(Role::Courier)))]
    async fn mark_attempted(
        &self,
        ctx: &Context<'_>,
        input: MarkAttemptedInput,
    ) -> Result<Option<StopResult>> {
        let outcome = Outcome::Attempted { reason: input.reason };
        Ok(Some(mark(ctx.data_unchecked::<App>(), input.shipment_id, caller(ctx)?, outcome).await?.into()))
    }
}
