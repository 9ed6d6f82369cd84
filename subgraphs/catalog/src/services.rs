//! The subgraph's services, made once and shared by both schemas, the consumers and the background tasks.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::Context;
use platform_server::Platform;

use crate::app::App;
use crate::changes::{Changes, Follower};
use crate::coupon::uses::CouponUses;
use crate::media::MediaFolder;
use crate::product::list::Lists;
use crate::product::loaders::Loaders;
use crate::product::reader::Products;
use crate::quote::Quotes;
use crate::reference::References;
use crate::search::embedded::EmbeddedSearch;
use crate::search::indexer::Indexer;
use crate::search::{Search, SearchError};
use crate::stock::reservations::Reservations;

pub struct Services {
    pub app: App,
    pub products: Arc<Products>,
    pub loaders: Loaders,
    pub search: Arc<dyn Search>,
    pub indexer: Arc<Indexer>,
    pub reservations: Reservations,
    pub coupons: CouponUses,
    pub quotes: Quotes,
    pub media: MediaFolder,
}

impl Services {
    pub fn new(platform: Platform) -> Result<Self, SearchError> {
        let ttl = Duration::from_millis(platform.config.cache.local_ttl_ms);
        let database = platform.database.clone();
        let folder = platform.data_dir.join(platform.name);
        let home_country = platform.config.market.home_country.to_string();
        let references = References::new(database.clone(), ttl, home_country);
        let products = Arc::new(Products::new(database.clone(), references, ttl));
        let search: Arc<dyn Search> = Arc::new(EmbeddedSearch::open(&folder.join("search"))?);
        let indexer = Arc::new(Indexer::new(database.clone(), Arc::clone(&products), Arc::clone(&search)));
        let followers =
            [Arc::clone(&products) as Arc<dyn Follower>, Arc::clone(&indexer) as Arc<dyn Follower>];
        let changes = Changes::new(followers, Arc::clone(&platform.broadcast));
        let app = App { platform: platform.clone(), changes };
        let coupons = CouponUses::new(platform.clone());
        Ok(Self {
            loaders: Loaders::new(Arc::clone(&products), Lists::new(database, ttl)),
            search,
            indexer,
            reservations: Reservations::new(app.clone(), Arc::clone(&products)),
            quotes: Quotes::new(platform, Arc::clone(&products), coupons.clone()),
            coupons,
            products,
            media: MediaFolder::new(folder.join("media")),
            app,
        })
    }
}

/// The services of a request.
pub fn services<'a>(ctx: &Context<'a>) -> &'a Arc<Services> {
    ctx.data_unchecked()
}
