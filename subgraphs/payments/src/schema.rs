//! The roots of the composed and of the internal schema.

pub use async_graphql::EmptySubscription as NoSubscription;
use async_graphql::MergedObject;

use crate::extensions::ExtensionQuery;
use crate::ledger::{InternalLedgerMutation, LedgerQuery};
use crate::method::MethodMutation;
use crate::payment::{InternalPaymentMutation, InternalPaymentQuery, PaymentMutation, PaymentQuery};
use crate::points::{InternalPointsMutation, InternalPointsQuery, PointsMutation};
use crate::refund::{InternalRefundMutation, RefundMutation, RefundQuery};

#[derive(MergedObject, Default)]
pub struct Query(PaymentQuery, RefundQuery, LedgerQuery, ExtensionQuery);

#[derive(MergedObject, Default)]
pub struct Mutation(PaymentMutation, RefundMutation, PointsMutation, MethodMutation);

#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub struct InternalQuery(InternalPaymentQuery, InternalPointsQuery);

#[derive(MergedObject, Default)]
#[graphql(name = "Mutation")]
pub struct InternalMutation(
    InternalPaymentMutation,
    InternalRefundMutation,
    InternalPointsMutation,
    InternalLedgerMutation,
);
