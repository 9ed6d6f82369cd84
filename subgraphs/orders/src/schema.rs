//! The roots of the composed schema.

use async_graphql::MergedObject;

use crate::cart::{CartMutation, CartQuery};
use crate::checkout::{CheckoutMutation, SagaMutation, SagaQuery};
use crate::guest::GuestMutation;
use crate::order::{OrderListQuery, OrderQuery};
use crate::refund::RefundMutation;
use crate::user::UserQuery;
use crate::vendor_order::VendorQuery;

pub use crate::order::OrderSubscription as Subscription;

#[derive(MergedObject, Default)]
pub struct Query(CartQuery, OrderQuery, OrderListQuery, SagaQuery, UserQuery, VendorQuery);

#[derive(MergedObject, Default)]
pub struct Mutation(CartMutation, CheckoutMutation, RefundMutation, GuestMutation, SagaMutation);
