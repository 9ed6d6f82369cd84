//! Keyset cursors of Relay connections and the bounds of a page.
//!
//! A cursor is opaque to clients: base64url of the JSON of the sort key's values, ending with the id, so that it is
//! stable when rows come and go.

#[cfg(feature = "graphql")]
use async_graphql::OutputType;
#[cfg(feature = "graphql")]
use async_graphql::connection::Edge;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{ApiError, ErrorCode};

/// Rows of a page when the client does not say.
pub const DEFAULT_PAGE: u64 = 20;
/// The most rows of one page.
pub const MAX_PAGE: u64 = 100;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    #[error("the cursor is not one that this list returned")]
    InvalidCursor,
    #[error("`first` must be between 1 and {MAX_PAGE}")]
    InvalidSize,
}

impl ApiError for PageError {
    fn code(&self) -> ErrorCode {
        ErrorCode::BadUserInput
    }

    fn field(&self) -> Option<&str> {
        Some(match self {
            Self::InvalidCursor => "after",
            Self::InvalidSize => "first",
        })
    }
}

#[cfg(feature = "graphql")]
crate::api_error!(PageError);

/// One forward page: at most `first` rows after the key `after`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Page<K> {
    pub first: u64,
    pub after: Option<K>,
}

impl<K: DeserializeOwned> Page<K> {
    /// Reads the arguments `first` and `after` of a connection field.
    pub fn parse(first: Option<i32>, after: Option<&str>) -> Result<Self, PageError> {
        let first = match first {
            None => DEFAULT_PAGE,
            Some(n) => {
                u64::try_from(n).ok().filter(|n| (1..=MAX_PAGE).contains(n)).ok_or(PageError::InvalidSize)?
            }
        };
        Ok(Self { first, after: after.map(decode_cursor).transpose()? })
    }
}

/// A Relay connection whose cursors are those of this module.
#[cfg(feature = "graphql")]
pub type Connection<Node> = async_graphql::connection::Connection<String, Node>;

#[cfg(feature = "graphql")]
impl<K: Serialize> Page<K> {
    /// The page of `rows`, which were fetched with a limit of `first + 1`: one too many says that more follow. `key`
    /// gives what a row is sorted by, `node` what the caller sees of it, if anything.
    pub fn connection<Row, Node: OutputType, Seen: Into<Option<Node>>>(
        &self,
        rows: Vec<Row>,
        key: impl Fn(&Row) -> K,
        node: impl Fn(Row) -> Seen,
    ) -> Connection<Node> {
        let (rows, more) = cut(rows, self.first);
        let mut connection = Connection::new(self.after.is_some(), more);
        let edges = rows.into_iter().filter_map(|row| {
            let cursor = encode_cursor(&key(&row));
            Some(Edge::new(cursor, node(row).into()?))
        });
        connection.edges.extend(edges);
        connection
    }
}

/// Cuts `rows` (fetched with a limit of `first + 1`) to the page and says whether more follow.
pub fn cut<T>(mut rows: Vec<T>, first: u64) -> (Vec<T>, bool) {
    let limit = usize::try_from(first).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    (rows, more)
}

pub fn encode_cursor<K: Serialize>(key: &K) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default())
}

pub fn decode_cursor<K: DeserializeOwned>(cursor: &str) -> Result<K, PageError> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| PageError::InvalidCursor)?;
    serde_json::from_slice(&bytes).map_err(|_| PageError::InvalidCursor)
}
