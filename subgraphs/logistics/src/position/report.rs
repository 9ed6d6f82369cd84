//! A courier reports where the van is.

use std::sync::Arc;

use chrono::TimeDelta;
use logistics_entities::RouteId;
use logistics_entities::route::{Model, Status};
use logistics_entities::stop;
use platform_core::id::UserId;
use platform_core::moment;
use platform_geo::{Leg, Position};

use super::error::PositionError;
use super::graphql::CourierPositionInput;
use crate::app::App;
use crate::live::{Fix, Way};
use crate::route::{self, RouteError, tell_position, whole};

/// The most positions of a report: what a phone without a network for a minute and a half has kept.
pub const MAX_POSITIONS: usize = 100;
/// How much faster than the shop's the clock of a phone may go.
const SKEW: TimeDelta = TimeDelta::minutes(2);
/// A van that is farther from its way goes another one.
const OFF_THE_WAY: f64 = 150.0;
/// Of a way that is not known: how much longer than the straight line, and metres a second.
const DETOUR: f64 = 1.4;
const SPEED: f64 = 7.0;
const MAX_SPEED: f64 = 100.0;
/// In metres from the way.
const FAR_OFF: f64 = 100_000.0;
/// In metres: how much two positions of a phone differ that stands still.
const INEXACT: f64 = 300.0;
/// In seconds.
const BELIEVED_AFTER: f64 = 60.0;

/// Takes positions of the courier's route, in any order, however often; returns how many were new.
pub async fn report(
    app: &App,
    id: RouteId,
    courier: UserId,
    positions: &[CourierPositionInput],
) -> Result<usize, PositionError> {
    if !(1..=MAX_POSITIONS).contains(&positions.len()) {
        return Err(PositionError::Count);
    }
    let found = route::find(app.database(), id).await?;
    let route = found.filter(|route| route.user_id == courier).ok_or(PositionError::NotYours)?;
    let Some(started) = route.started_at.filter(|_| route.status == Status::Started) else {
        return Err(PositionError::NotStarted);
    };
    let way = way(app, &route).await?;
    let mut fixes = Vec::with_capacity(positions.len());
    for position in positions {
        let fix = fix(app, position, &way)?;
        // From before the courier left the depot: of the route before.
        if fix.at >= started - SKEW && !is_far_off(&way, fix) {
            fixes.push(fix);
        }
    }
    fixes.sort_by_key(|fix| fix.at);
    let mut last = app.live().last(id).or_else(|| Fix::stored(&route));
    fixes.retain(|fix| {
        let is_kept = last.is_none_or(|last| !is_jump(last, *fix));
        last = if is_kept { Some(*fix) } else { last };
        is_kept
    });
    let (taken, newest) = app.live().note(id, &fixes, Fix::stored(&route), app.now());
    if let Some(newest) = newest {
        tell_position(app, id, newest);
    }
    Ok(taken)
}

/// The way to the next stop of a route.
async fn way(app: &App, route: &Model) -> Result<Way, PositionError> {
    if let Some(way) = app.live().way(route.id, route.version) {
        return Ok(way);
    }
    let stops = route::stops(app.database().read(), route.id).await?;
    let next = stops.into_iter().find(|stop| stop.status == stop::Status::Pending);
    let leg = next.map(|stop| serde_json::from_value::<Leg>(stop.leg)).transpose();
    let way = leg.map_err(RouteError::from)?.map(Arc::new);
    app.live().keep_way(route.id, route.version, way.clone());
    Ok(way)
}

fn fix(app: &App, input: &CourierPositionInput, way: &Way) -> Result<Fix, PositionError> {
    let position = Position::new(input.latitude, input.longitude)?;
    let at = moment::check("recordedAt", input.recorded_at)?;
    if at > app.now() + SKEW {
        return Err(PositionError::InFuture);
    }
    let is_heading = input.heading.is_none_or(|heading| (0.0..=360.0).contains(&heading));
    let is_speed = input.speed.is_none_or(|speed| (0.0..=MAX_SPEED).contains(&speed));
    if !is_heading || !is_speed {
        return Err(PositionError::Motion);
    }
    // A clock that goes fast would keep later positions from being seen.
    let at = at.min(app.now());
    Ok(Fix {
        position,
        heading: input.heading.map(whole),
        speed: input.speed.map(|speed| whole(speed * 100.0)),
        at,
        seconds_left: way.as_ref().map_or(0, |leg| whole(seconds_left(leg, position))),
    })
}

/// Whether a phone was mistaken: no van is so far from where it goes.
fn is_far_off(way: &Way, fix: Fix) -> bool {
    way.as_ref().is_some_and(|way| way.nearest(fix.position).meters_away > FAR_OFF)
}

/// Whether no van drives so far in so short a time. After a while without news it is believed wherever it is.
fn is_jump(last: Fix, fix: Fix) -> bool {
    let seconds = (fix.at - last.at).as_seconds_f64();
    let meters = last.position.distance(fix.position);
    (0.0..BELIEVED_AFTER).contains(&seconds) && meters > MAX_SPEED * seconds + INEXACT
}

/// How long it is to drive to the end of a way.
fn seconds_left(leg: &Leg, position: Position) -> f64 {
    let nearest = leg.nearest(position);
    if nearest.meters_away <= OFF_THE_WAY {
        return leg.seconds() - nearest.seconds;
    }
    leg.points().last().map_or(0.0, |end| position.distance(*end) * DETOUR / SPEED)
}
