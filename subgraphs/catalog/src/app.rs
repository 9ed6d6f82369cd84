//! What every feature of this subgraph works with.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use platform_database::{StoreError, Transaction};
use platform_files::{Files, Readers};
use platform_server::Platform;

use crate::changes::{Change, Changes, Follower};
use crate::product::list::Lists;
use crate::product::loaders::Loaders;
use crate::product::reader::Products;
use crate::reference::References;
use crate::search::embedded::EmbeddedSearch;
use crate::search::indexer::Indexer;
use crate::search::{Search, SearchError};

/// Path prefix of the URLs of pictures, and of those to which they are sent.
pub const MEDIA_PREFIX: &str = "/media/";

/// Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    platform: Platform,
    products: Arc<Products>,
    loaders: Loaders,
    search: Arc<dyn Search>,
    indexer: Arc<Indexer>,
    changes: Changes,
    media: Files,
}

impl Deref for App {
    type Target = Platform;

    fn deref(&self) -> &Platform {
        &self.0.platform
    }
}

impl App {
    pub fn new(platform: Platform) -> Result<Self, SearchError> {
        let ttl = Duration::from_millis(platform.config.cache.local_ttl_ms);
        let database = || platform.database.clone();
        let folder = platform.data_dir.join(platform.name);
        let home_country = platform.config.market.home_country.to_string();
        let references = References::new(database(), ttl, home_country);
        let products = Arc::new(Products::new(database(), references, ttl));
        let loaders = Loaders::new(Arc::clone(&products), Lists::new(database(), ttl));
        let search: Arc<dyn Search> = Arc::new(EmbeddedSearch::open(&folder.join("search"))?);
        let indexer = Arc::new(Indexer::new(database(), Arc::clone(&products), Arc::clone(&search)));
        let followers =
            [Arc::clone(&products) as Arc<dyn Follower>, Arc::clone(&indexer) as Arc<dyn Follower>];
        let changes = Changes::new(followers, Arc::clone(&platform.broadcast));
        let media = Files::new(&platform, "media", MEDIA_PREFIX, Readers::Everybody);
        Ok(Self(Arc::new(Inner { platform, products, loaders, search, indexer, changes, media })))
    }

    /// Commits, and lets every process know what was changed.
    pub async fn commit(&self, tx: Transaction, change: Change) -> Result<(), StoreError> {
        self.0.changes.announce(&tx, change);
        tx.commit().await
    }

    pub fn products(&self) -> &Products {
        &self.0.products
    }

    pub fn loaders(&self) -> &Loaders {
        &self.0.loaders
    }

    pub fn search(&self) -> &dyn Search {
        &*self.0.search
    }

    pub fn indexer(&self) -> &Arc<Indexer> {
        &self.0.indexer
    }

    pub fn changes(&self) -> &Changes {
        &self.0.changes
    }

    /// The pictures.
    pub fn media(&self) -> &Files {
        &self.0.media
    }
}
