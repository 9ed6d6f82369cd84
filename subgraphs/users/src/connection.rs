//! A page of rows as a Relay connection with opaque keyset cursors.

use async_graphql::OutputType;
use async_graphql::connection::Edge;
use platform_core::page::{self, Page};
use serde::Serialize;

pub type Connection<Node> = async_graphql::connection::Connection<String, Node>;

/// `key` gives what a row is sorted by, `node` what clients see of it.
pub fn connection<Row, Key: Serialize, Node: OutputType>(
    rows: Vec<Row>,
    more: bool,
    page: &Page<Key>,
    key: impl Fn(&Row) -> Key,
    node: impl Fn(Row) -> Node,
) -> Connection<Node> {
    let mut connection = Connection::new(page.after.is_some(), more);
    connection
        .edges
        .extend(rows.into_iter().map(|row| Edge::new(page::encode_cursor(&key(&row)), node(row))));
    connection
}
