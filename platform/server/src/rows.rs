//! Rows that many fields of an answer need, read together: by their primary key, by what they belong to, or page by
//! page of lists that belong to something.
//!
//! Invariants: what the resolvers of an answer ask for at one moment is one query for each kind of rows, however many
//! keys there are; nothing is kept, so that an answer shows what the database has.
//! Deliberately absent: sums, and what is put together from several tables; a feature has a loader of its own for those.

use std::collections::HashMap;
use std::hash::Hash;
use std::marker::PhantomData;

use async_graphql::Context;
use async_graphql::dataloader::{DataLoader, Loader};
use platform_core::page::Page;
use platform_database::{Database, StoreError, read_lists};
use sea_orm::sea_query::{FromValueTuple, Order, SelectStatement, Value, ValueType};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, IdenStatic, Iterable, ModelTrait, PrimaryKeyToColumn,
    PrimaryKeyTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};

type Row<E> = <E as EntityTrait>::Model;
type ColumnOf<E> = <E as EntityTrait>::Column;
type IdOf<E> = <<E as EntityTrait>::PrimaryKey as PrimaryKeyTrait>::ValueType;

/// Rows of one table that belong to something, all of them: those of an order, of a user. For what is bounded.
pub trait Group: Send + Sync + 'static {
    type Entity: EntityTrait<Model: Sync + 'static>;
    /// What the rows belong to.
    type Key: Clone + Eq + Hash + Send + Sync + ValueType + Into<Value> + 'static;

    /// The column of [`Self::Key`]. A row that has none in it is nobody's.
    const OF: ColumnOf<Self::Entity>;
    /// By which column, from the lowest up, rows of one key are ordered; `None` where no order is promised.
    const ORDER: Option<ColumnOf<Self::Entity>> = None;

    /// The rows that count, whomever they belong to.
    fn rows() -> Select<Self::Entity> {
        Self::Entity::find()
    }

    /// The rows that belong to `keys`, those of each in their order.
    fn select(keys: &[Self::Key]) -> Select<Self::Entity> {
        let rows = Self::rows().filter(Self::OF.is_in(keys.iter().cloned()));
        match Self::ORDER {
            Some(column) => rows.order_by_asc(column),
            None => rows,
        }
    }
}

/// Lists of rows of one table, each of which belongs to something and is shown page by page, the newest first.
pub trait List: Send + Sync + 'static {
    type Entity: EntityTrait<Model: Sync + 'static>;
    /// Whose list it is.
    type Key: Clone + Eq + Hash + Send + Sync + 'static;
    /// What the list is sorted by, and what a cursor holds; it grows with time.
    type Id: Clone + Eq + Hash + Send + Sync + Into<Value> + 'static;

    /// The column of [`Self::Id`].
    const ID: ColumnOf<Self::Entity>;

    /// The rows of the list, in no order.
    fn select(key: &Self::Key) -> Select<Self::Entity>;
}

/// A row by its primary key, which has one column.
struct ById<E>(PhantomData<fn() -> E>);

type IdKey<E> = (PhantomData<fn() -> ById<E>>, IdOf<E>);
type KeyOf<G> = (PhantomData<fn() -> G>, <G as Group>::Key);
type PageOf<L> = (PhantomData<fn() -> L>, <L as List>::Key, Page<<L as List>::Id>);

struct Tables(Database);

impl<E> Loader<IdKey<E>> for Tables
where
    E: EntityTrait<Model: Sync + 'static>,
    IdOf<E>: Clone + Eq + Hash + Sync + Into<Value> + 'static,
{
    type Value = Row<E>;
    type Error = StoreError;

    async fn load(&self, keys: &[IdKey<E>]) -> Result<HashMap<IdKey<E>, Self::Value>, StoreError> {
        let columns = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
        let ids = || keys.iter().map(|(_, id)| id.clone());
        let query = columns.fold(E::find(), |query, column| query.filter(column.is_in(ids())));
        let rows = query.all(self.0.read()).await?;
        let id = |row: &Row<E>| IdOf::<E>::from_value_tuple(row.get_primary_key_value());
        Ok(rows.into_iter().map(|row| ((PhantomData, id(&row)), row)).collect())
    }
}

impl<G: Group> Loader<KeyOf<G>> for Tables {
    type Value = Vec<Row<G::Entity>>;
    type Error = StoreError;

    async fn load(&self, keys: &[KeyOf<G>]) -> Result<HashMap<KeyOf<G>, Self::Value>, StoreError> {
        let keys: Vec<G::Key> = keys.iter().map(|(_, key)| key.clone()).collect();
        let rows = G::select(&keys).all(self.0.read()).await?;
        let mut groups = HashMap::<KeyOf<G>, Self::Value>::new();
        for row in rows {
            if let Ok(key) = <G::Key as ValueType>::try_from(row.get(G::OF)) {
                groups.entry((PhantomData, key)).or_default().push(row);
            }
        }
        Ok(groups)
    }
}

impl<L: List> Loader<PageOf<L>> for Tables {
    type Value = Vec<Row<L::Entity>>;
    type Error = StoreError;

    async fn load(&self, pages: &[PageOf<L>]) -> Result<HashMap<PageOf<L>, Self::Value>, StoreError> {
        let lists: Vec<SelectStatement> =
            pages.iter().map(|(_, key, page)| first_rows::<L>(key, page)).collect();
        let found = read_lists(self.0.replica(), &lists, &[(L::ID.as_str(), Order::Desc)]).await?;
        let mut read = HashMap::with_capacity(pages.len());
        for (page, rows) in pages.iter().zip(found) {
            let rows = rows.iter().map(|row| Row::<L::Entity>::from_query_result(row, ""));
            read.insert(page.clone(), rows.collect::<Result<_, DbErr>>()?);
        }
        Ok(read)
    }
}

/// One row more than asked for, to know whether more follow.
fn first_rows<L: List>(key: &L::Key, page: &Page<L::Id>) -> SelectStatement {
    let mut rows = L::select(key).order_by_desc(L::ID).limit(page.first.saturating_add(1));
    if let Some(after) = &page.after {
        rows = rows.filter(L::ID.lt(after.clone()));
    }
    rows.into_query()
}

/// The rows of a subgraph's database. Data of its schema; [`rows`] finds it.
pub struct Rows(DataLoader<Tables>);

impl Rows {
    pub fn new(database: &Database) -> Self {
        Self(DataLoader::new(Tables(database.clone()), tokio::spawn))
    }

    /// The row with this primary key, if there is one.
    pub async fn by_id<E>(&self, id: IdOf<E>) -> Result<Option<E::Model>, StoreError>
    where
        E: EntityTrait<Model: Sync + 'static>,
        IdOf<E>: Clone + Eq + Hash + Sync + Into<Value> + 'static,
    {
        let key: IdKey<E> = (PhantomData, id);
        self.0.load_one(key).await
    }

    /// The rows that belong to `key`, in their order.
    pub async fn of<G: Group>(&self, key: G::Key) -> Result<Vec<Row<G::Entity>>, StoreError> {
        let key: KeyOf<G> = (PhantomData, key);
        Ok(self.0.load_one(key).await?.unwrap_or_default())
    }

    /// A page of the list of `key`, the newest first; one row more than asked for, to know whether more follow. They may lag
    /// behind as [`Database::replica`] does.
    pub async fn page<L: List>(
        &self,
        key: L::Key,
        page: &Page<L::Id>,
    ) -> Result<Vec<Row<L::Entity>>, StoreError> {
        let key: PageOf<L> = (PhantomData, key, page.clone());
        Ok(self.0.load_one(key).await?.unwrap_or_default())
    }
}

/// Where a resolver reads rows that others of the same answer may need too.
pub fn rows<'a>(ctx: &Context<'a>) -> &'a Rows {
    ctx.data_unchecked()
}
