//! The schema for other subgraphs only: what a checkout needs to know and to hold.

use async_graphql::MergedObject;

use crate::coupon::internal::CouponUseMutation;
use crate::lines::LineQuery;
use crate::quote::graphql::QuoteQuery;
use crate::stock::internal::{ReservationMutation, ReservationQuery};

#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub struct InternalQuery(QuoteQuery, LineQuery, ReservationQuery);

#[derive(MergedObject, Default)]
#[graphql(name = "Mutation")]
pub struct InternalMutation(ReservationMutation, CouponUseMutation);
