//! Collections: hand-picked lists of products, in the order in which they were picked.

use std::collections::HashSet;

use async_graphql::connection::Connection;
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use catalog_entities::{collection, collection_product, product};
use platform_commerce::Market;
use platform_core::id::{CollectionId, ProductId};
use platform_database::{Database, StoreError};
use platform_identity::{Policy, Role};
use platform_server::{access, caller, rows};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::access::for_admin;
use crate::category::localized;
use crate::changes::Change;
use crate::product::graphql::{Wanted, list_products};
use crate::product::input::check_slug;
use crate::product::list::Sort;
use crate::product::objects::Product;
use crate::services::services;
use crate::structure::{LocalizedTextInput, StructureError, localized_text};

/// The most collections that are listed, and the most products of one.
const MAX_COLLECTIONS: u64 = 200;
const MAX_PRODUCTS: usize = 1_000;

/// A hand-picked list of products.
#[derive(Debug, Clone)]
pub struct Collection(collection::Model);

/// A hand-picked list of products.
#[Object]
impl Collection {
    /// Identifier, by which filters name the collection.
    async fn id(&self) -> CollectionId {
        self.0.id
    }

    /// Name in web addresses, unique among collections; see `Query.collection`.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// In `language`, by default that of the market.
    async fn name(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "BCP 47 primary tag, lower case, such as `de`; English where there is no such text."
        )]
        language: Option<String>,
    ) -> Result<&str> {
        let market = Market::of(caller(ctx)?);
        Ok(localized(&self.0.names, language.as_deref().unwrap_or(&market.language)))
    }

    /// In the order that staff gave them, unless `sortBy` says otherwise.
    async fn products(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The collection's own order unless given.")] sort_by: Option<Sort>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<String, Product>>> {
        let filter = Wanted { collection_id: Some(self.0.id), ..Wanted::default() };
        list_products(ctx, filter, sort_by, first, after).await.map(Some)
    }
}

async fn all(database: &Database) -> Result<Vec<collection::Model>, StoreError> {
    Ok(collection::Entity::find()
        .order_by_asc(collection::Column::Position)
        .order_by_asc(collection::Column::Id)
        .limit(MAX_COLLECTIONS)
        .all(database.replica())
        .await?)
}

async fn find_by_slug(database: &Database, slug: &str) -> Result<Option<collection::Model>, StoreError> {
    let found = collection::Entity::find().filter(collection::Column::Slug.eq(slug));
    Ok(found.one(database.replica()).await?)
}

#[derive(Default)]
pub struct CollectionQuery;

#[Object]
impl CollectionQuery {
    /// The collections in the order that staff gave them, at most 200.
    #[graphql(directive = access::public::apply(), directive = platform_server::cost::list::apply(20))]
    async fn collections(&self, ctx: &Context<'_>) -> Result<Option<Vec<Collection>>> {
        let rows = all(&services(ctx).platform.database).await?;
        Ok(Some(rows.into_iter().map(Collection).collect()))
    }

    /// The collection with this slug; null if there is none.
    #[graphql(directive = access::public::apply())]
    async fn collection(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As in `Collection.slug`.")] slug: String,
    ) -> Result<Option<Collection>> {
        if check_slug(&slug).is_err() {
            return Ok(None);
        }
        let row = find_by_slug(&services(ctx).platform.database, &slug).await?;
        Ok(row.map(Collection))
    }

    #[graphql(entity)]
    async fn find_collection_by_id(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Collection>> {
        let Ok(id) = id.parse::<CollectionId>() else { return Ok(None) };
        Ok(rows(ctx).by_id::<collection::Entity>(id).await?.map(Collection))
    }
}

/// A collection to make, or to put in the place of the one with its slug.
#[derive(Debug, InputObject)]
pub struct SetCollectionInput {
    /// 1 to 100 lower-case letters, digits and hyphens.
    pub slug: String,
    /// What buyers read: one text for each language, English among them; at most 30.
    pub names: Vec<LocalizedTextInput>,
    /// Its place among the collections: the lowest first, of equals the oldest.
    #[graphql(default)]
    pub position: i32,
    /// In the order in which the collection shows them; at most 1000.
    pub product_ids: Vec<ProductId>,
}

/// The collection was stored.
#[derive(Debug, SimpleObject)]
pub struct SetCollectionPayload {
    /// The collection as it is now.
    pub collection: Collection,
}

#[derive(Default)]
pub struct CollectionMutation;

#[Object]
impl CollectionMutation {
    /// Makes or replaces a collection, with all its products. For administrators.
    #[graphql(directive = access::policy::apply(Policy::Role(Role::Admin)))]
    async fn set_collection(
        &self,
        ctx: &Context<'_>,
        input: SetCollectionInput,
    ) -> Result<Option<SetCollectionPayload>> {
        for_admin(caller(ctx)?)?;
        check_slug(&input.slug)?;
        let services = services(ctx);
        let mut seen = HashSet::new();
        let ids: Vec<ProductId> = input.product_ids.into_iter().filter(|id| seen.insert(*id)).collect();
        let names = localized_text(input.names)?;
        let tx = services.platform.database.begin().await?;
        let work = async {
            let known = product::Entity::find().filter(product::Column::Id.is_in(ids.iter().copied()));
            let known = usize::try_from(known.count(&*tx).await?).unwrap_or(usize::MAX);
            if ids.len() > MAX_PRODUCTS || known != ids.len() {
                return Err(StructureError::UnknownProducts);
            }
            let old =
                collection::Entity::find().filter(collection::Column::Slug.eq(&input.slug)).one(&*tx).await?;
            let row = collection::Model {
                id: old.map_or_else(|| services.platform.ids.next(), |row| row.id),
                slug: input.slug,
                position: input.position,
                names,
            };
            let replace = OnConflict::column(collection::Column::Id)
                .update_columns([collection::Column::Names, collection::Column::Position])
                .to_owned();
            let insert = collection::Entity::insert(row.clone().into_active_model().reset_all());
            insert.on_conflict(replace).exec_without_returning(&*tx).await?;
            collection_product::Entity::delete_many()
                .filter(collection_product::Column::CollectionId.eq(row.id))
                .exec(&*tx)
                .await?;
            let members = (0..).zip(&ids).map(|(position, id)| {
                collection_product::Model { collection_id: row.id, product_id: *id, position }
                    .into_active_model()
                    .reset_all()
            });
            collection_product::Entity::insert_many(members).exec_without_returning(&*tx).await?;
            Ok(row)
        };
        let row = work.await?;
        // Lists of a collection are cached as lists of products are.
        services.changes.announce(&tx, Change { products: ids.clone(), ..Change::references() });
        tx.commit().await?;
        Ok(Some(SetCollectionPayload { collection: Collection(row) }))
    }
}
