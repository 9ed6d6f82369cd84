//! Writes positions down, some seconds of them at a time.

use std::time::Duration;

use logistics_entities::position::Model;
use platform_database::StoreError;
use platform_server::Shutdown;

use super::store;
use crate::app::App;
use crate::live::Unsaved;

const EVERY: Duration = Duration::from_secs(2);
/// How many seconds of a route on the road are kept.
const RING: i64 = 3_600;

/// Writes down what is heard until the process stops, and what was heard before it did.
pub async fn write_down(app: App, shutdown: Shutdown) {
    loop {
        let is_stopping = tokio::time::timeout(EVERY, shutdown.cancelled()).await.is_ok();
        let unsaved = app.live().take_unsaved(app.now());
        if let Err(error) = write(&app, &unsaved).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "positions could not be written down");
            app.live().give_back(unsaved);
        }
        if is_stopping {
            return;
        }
    }
}

async fn write(app: &App, unsaved: &[Unsaved]) -> Result<(), StoreError> {
    if unsaved.is_empty() {
        return Ok(());
    }
    let rows: Vec<Model> = unsaved.iter().flat_map(rows).collect();
    let tx = app.begin().await?;
    store::insert(&tx, &rows).await?;
    for of_route in unsaved {
        if let Some(last) = of_route.last {
            store::set_last(&tx, of_route.route, last).await?;
        }
    }
    let routes: Vec<_> = unsaved.iter().map(|of_route| of_route.route).collect();
    store::forget_of(&tx, &routes, app.now().timestamp().saturating_sub(RING)).await?;
    tx.commit().await
}

fn rows(unsaved: &Unsaved) -> impl Iterator<Item = Model> + use<'_> {
    unsaved.fixes.iter().map(|(second, fix)| {
        let (latitude, longitude) = fix.position.micro();
        Model { route_id: unsaved.route, second: *second, latitude, longitude }
    })
}
