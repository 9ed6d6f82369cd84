//! The schema, put together from the features.

use async_graphql::{EmptySubscription, MergedObject, Schema};
use platform_server::{Rows, schema_builder};

use crate::app::App;
use crate::entry::{EntryMutation, EntryQuery};

#[derive(MergedObject, Default)]
pub struct Query(EntryQuery);

#[derive(MergedObject, Default)]
pub struct Mutation(EntryMutation);

/// The schema that is composed into the supergraph.
pub fn composed(app: &App) -> Schema<Query, Mutation, EmptySubscription> {
    schema_builder(Query::default(), Mutation::default(), EmptySubscription)
        .data(app.clone())
        .data(Rows::new(app.database()))
        .finish()
}
