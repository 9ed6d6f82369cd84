//! Who asks, from where, and within which trace.

use std::sync::Arc;

use http::HeaderMap;

use crate::auth::Authentication;
use crate::edge::{ClientAddress, Trace};

/// What holds for all operations of a request or connection.
#[derive(Clone)]
pub struct Context {
    pub authentication: Authentication,
    pub client: ClientAddress,
    pub subgraph_headers: Arc<HeaderMap>,
    pub trace: Trace,
}
