//! The routes of files: `PUT` of an upload, `GET` of what is served.

mod read;
mod refusal;
mod send;

use axum::Router;
use axum::routing::{get, put};

use crate::files::{Files, Readers};
use crate::links::UPLOADS;

impl Files {
    /// What a subgraph serves below its prefix.
    pub fn routes(&self) -> Router {
        let prefix = self.links().prefix();
        let read = match self.readers() {
            Readers::Everybody => get(read::public),
            Readers::Invited => get(read::private),
        };
        Router::new()
            .route(&format!("{prefix}{{file}}"), read)
            .route(&format!("{prefix}{UPLOADS}{{id}}"), put(send::upload))
            .with_state(self.clone())
    }
}
