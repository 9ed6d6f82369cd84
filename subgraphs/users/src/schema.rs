//! The two schemas, put together from the features.

use async_graphql::{EmptySubscription, MergedObject, Schema};
use platform_server::{Rows, internal_schema_builder, schema_builder};

use crate::account::{AccountMutation, AccountQuery};
use crate::address::AddressMutation;
use crate::app::App;
use crate::audit::AuditQuery;
use crate::internal::{ServiceMutation, ServiceQuery};
use crate::login::{SessionMutation, SessionQuery};
use crate::mail::graphql::{MailMutation, OwnershipQuery};
use crate::notification::{NotificationMutation, NotificationQuery, Subscription};
use crate::partner::{PartnerMutation, PartnerQuery};
use crate::recovery::RecoveryMutation;
use crate::registration::RegistrationMutation;
use crate::role::RoleMutation;
use crate::vat::VatIdMutation;

#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub struct Query(AccountQuery, SessionQuery, NotificationQuery, PartnerQuery, AuditQuery);

#[derive(MergedObject, Default)]
#[graphql(name = "Mutation")]
pub struct Mutation(
    RegistrationMutation,
    AccountMutation,
    SessionMutation,
    RecoveryMutation,
    AddressMutation,
    VatIdMutation,
    RoleMutation,
    NotificationMutation,
    PartnerMutation,
);

#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub struct InternalQuery(ServiceQuery, OwnershipQuery);

#[derive(MergedObject, Default)]
#[graphql(name = "Mutation")]
pub struct InternalMutation(ServiceMutation, MailMutation);

/// The schema that is composed into the supergraph.
pub fn composed(app: &App) -> Schema<Query, Mutation, Subscription> {
    schema_builder(Query::default(), Mutation::default(), Subscription)
        .data(app.clone())
        .data(Rows::new(app.database()))
        .finish()
}

/// The schema for the gateway and the other subgraphs.
pub fn internal(app: &App) -> Schema<InternalQuery, InternalMutation, EmptySubscription> {
    internal_schema_builder(InternalQuery::default(), InternalMutation::default()).data(app.clone()).finish()
}
