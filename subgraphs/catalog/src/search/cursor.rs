//! Cursors of a search: a place in its order, and which search that is.
//!
//! Invariant: a cursor is good for the search that gave it alone, of the same words, filter, order, currency, country and
//! tax display, for in another the place means nothing. What staff change meanwhile, tax rates too, ends no search.

use platform_commerce::Market;
use platform_core::fingerprint::fingerprint;
use platform_core::page;
use serde::{Deserialize, Serialize};

use super::{Filter, Place, Sort};

/// The first bytes of the fingerprint of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchId(u64);

impl SearchId {
    pub fn of(query: &str, filter: &Filter, sort: Sort, market: &Market) -> Result<Self, serde_json::Error> {
        let prices = (&market.currency, &market.country, market.tax_display);
        let whole = fingerprint(&(query, filter, sort, prices))?;
        Ok(Self(whole.iter().rev().take(8).fold(0, |id, byte| (id << 8) | u64::from(*byte))))
    }

    /// The cursor of a hit.
    pub fn cursor(self, place: Place) -> String {
        page::encode_cursor(&(self, place))
    }

    /// The place of a cursor; `None` for one of another search.
    pub fn place(self, (of, place): (Self, Place)) -> Option<Place> {
        (of == self).then_some(place)
    }
}
