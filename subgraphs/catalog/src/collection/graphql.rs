//! Collections in the API. Changed by administrators alone.

use async_graphql::connection::Connection;
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use catalog_entities::collection;
use platform_core::id::{CollectionId, ProductId};
use platform_identity::{Policy, Role};
use platform_server::{access, caller, rows};

use super::set::set;
use super::store;
use crate::access::for_admin;
use crate::app::App;
use crate::names::{LocalizedTextInput, Translation, check_slug, read_in, translations};
use crate::product::list::Sort;
use crate::product::objects::{Product, Wanted, list_products};

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
        read_in(ctx, &self.0.names, language.as_deref())
    }

    /// What it is called in each language that it has, at most 30.
    #[graphql(directive = platform_server::cost::list::apply(5))]
    async fn translations(&self) -> Vec<Translation> {
        translations(&self.0.names)
    }

    /// Its place among the collections: the lowest first, of equals the oldest.
    async fn position(&self) -> i32 {
        self.0.position
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

#[derive(Default)]
pub struct CollectionQuery;

#[Object]
impl CollectionQuery {
    /// The collections in the order that staff gave them, at most 200.
    #[graphql(directive = access::public::apply(), directive = platform_server::cost::list::apply(20))]
    async fn collections(&self, ctx: &Context<'_>) -> Result<Option<Vec<Collection>>> {
        let rows = store::all(ctx.data_unchecked::<App>().database()).await?;
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
        let row = store::find_by_slug(ctx.data_unchecked::<App>().database(), &slug).await?;
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
        let row = set(ctx.data_unchecked::<App>(), input).await?;
        Ok(Some(SetCollectionPayload { collection: Collection(row) }))
    }
}
