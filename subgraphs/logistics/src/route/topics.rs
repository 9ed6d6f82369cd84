//! On which topics changes of routes, and the positions of their vans, are told to those who watch them.

use bytes::Bytes;
use logistics_entities::RouteId;
use logistics_entities::route::Model;
use platform_core::id::UserId;
use platform_database::Transaction;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::live::Fix;

/// What is told of a route.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum RouteNews {
    /// The route or its stops are others now.
    Changed,
    /// The van is here.
    At(Fix),
}

pub fn route_topic(route: RouteId) -> String {
    format!("logistics.route.{route}")
}

/// Changes of the routes of a courier.
pub fn courier_topic(user: UserId) -> String {
    format!("logistics.courier.{user}")
}

/// Tells subscribers after the commit that a route changed.
pub fn announce(tx: &Transaction, app: &App, route: &Model) {
    let (route_topic, courier_topic) = (route_topic(route.id), courier_topic(route.user_id));
    let (id, broadcast) = (Bytes::from(route.id.to_string()), app.broadcast.clone());
    tx.on_commit(move || {
        broadcast.publish(&route_topic, written(RouteNews::Changed));
        broadcast.publish(&courier_topic, id);
    });
}

/// Tells subscribers where a van is.
pub fn tell_position(app: &App, route: RouteId, fix: Fix) {
    app.broadcast.publish(&route_topic(route), written(RouteNews::At(fix)));
}

/// The news in a message; what cannot be read is a change of which nothing more is known.
pub fn read(message: &[u8]) -> RouteNews {
    serde_json::from_slice(message).unwrap_or(RouteNews::Changed)
}

/// An empty message, where it cannot be written, is a change of which nothing more is known.
fn written(news: RouteNews) -> Bytes {
    serde_json::to_vec(&news).map(Bytes::from).unwrap_or_default()
}
