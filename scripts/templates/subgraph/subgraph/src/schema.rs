//! The schema, put together from the features.

use async_graphql::dataloader::DataLoader;
use async_graphql::{EmptySubscription, MergedObject, Schema};
use platform_server::schema_builder;

use crate::app::App;
use crate::entry::{EntryLoader, EntryMutation, EntryQuery};

#[derive(MergedObject, Default)]
pub struct Query(EntryQuery);

#[derive(MergedObject, Default)]
pub struct Mutation(EntryMutation);

/// The schema that is composed into the supergraph.
pub fn composed(app: &App) -> Schema<Query, Mutation, EmptySubscription> {
    schema_builder(Query::default(), Mutation::default(), EmptySubscription)
        .data(app.clone())
        .data(DataLoader::new(EntryLoader(app.platform.database.clone()), tokio::spawn))
        .finish()
}
