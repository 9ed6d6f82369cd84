//! Each subgraph at the URL that the supergraph gives it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use router_gateway::TransportFactory;
use router_transport::{HttpOptions, HttpTransport, Transport};

use crate::commands::schemas::parse_url;
use crate::output;

/// A subgraph that a new supergraph finds at the same URL keeps its connections, and what is known of its health.
pub fn over_http() -> TransportFactory {
    let known: Mutex<HashMap<(String, String), Weak<dyn Transport>>> = Mutex::default();
    Arc::new(move |name, url| {
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, transport| transport.strong_count() > 0);
        let key = (name.to_owned(), url.to_owned());
        if let Some(transport) = known.get(&key).and_then(Weak::upgrade) {
            return Ok(transport);
        }
        let uri = parse_url(name, url).map_err(|error| output::sentence(&error))?;
        let transport =
            HttpTransport::new(name, HttpOptions::new(uri), None).map_err(|error| error.to_string())?;
        let transport: Arc<dyn Transport> = Arc::new(transport);
        known.insert(key, Arc::downgrade(&transport));
        Ok(transport)
    })
}
