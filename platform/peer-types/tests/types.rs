//! What is written of documents and a schema, and what is refused.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use platform_peer_types::PeerTypes;

const INTERNAL: &str = r#"
type Query {
  stock(sku: String!): Stock
  price(offerId: ID!): Money!
  isOpen: Boolean!
}
type Mutation { reserve(input: ReserveInput!): ReserveResult! }
"Pieces on the shelf."
type Stock { offerId: ID! pieces: Int! price: Money kind: Kind! others: [Stock!]! thing: ID! }
type Money { amount: Decimal! currency: CurrencyCode! }
enum Kind { ON_SHELF ON_THE_WAY }
input ReserveInput { key: String! expiresAt: DateTime! note: String }
union ReserveResult = Reserved | SoldOut
type Reserved { key: String! }
type SoldOut { available: Int! }
scalar CurrencyCode
scalar DateTime
scalar Decimal
"#;

/// Two subgraphs side by side, of which `orders` asks `catalog` by these documents.
struct Workspace(PathBuf);

impl Workspace {
    fn new(internal: &str, documents: &[(&str, &str)]) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("workspace-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let workspace = Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name));
        workspace.put("catalog/internal.graphql", internal);
        for (name, text) in documents {
            workspace.put(&format!("orders/src/peers/{name}"), text);
        }
        workspace
    }

    fn put(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn write(&self, types: &PeerTypes) -> Result<String, String> {
        let written = types.types_of(&self.0.join("orders"));
        let mut written = written.map_err(|failed| failed.to_string())?;
        Ok(written.remove("catalog").unwrap_or_default())
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

/// What is written for one document.
fn of(document: &str) -> Result<String, String> {
    Workspace::new(INTERNAL, &[("catalog/asked.graphql", document)]).write(&PeerTypes::in_folder(".."))
}

#[track_caller]
fn assert_refused(document: &str, reason: &str) {
    let refused = of(document).unwrap_err();
    assert!(refused.contains(reason), "{refused}");
}

#[test]
fn a_document_becomes_a_question_and_its_answer() {
    let written = of(
        "query Stock($sku: String!) { stock(sku: $sku) { offerId count: pieces price { amount currency } } }",
    );
    assert_eq!(
        written.unwrap(),
        r#"/// The question of `asked.graphql`.
#[derive(::serde::Serialize)]
pub struct Stock {
    pub sku: String,
}

impl ::platform_server::Question for Stock {
    type Answer = Option<stock::Stock>;
    const NAME: &'static str = "Stock";
    const PEER: &'static str = "catalog";
    const DOCUMENT: &'static str = "query Stock($sku: String!) { stock(sku: $sku) { offerId count: pieces price { amount currency } } }";
}

pub mod stock {
/// Pieces on the shelf.
#[derive(Debug, Clone, ::serde::Deserialize)]
pub struct Stock {
    #[serde(rename = "offerId")]
    pub offer_id: ::platform_core::id::OfferId,
    pub count: i64,
    #[serde(with = "::platform_commerce::written::optional")]
    pub price: Option<::platform_commerce::Money>,
}
}

"#
    );
}

#[test]
fn a_union_has_an_arm_for_each_member_and_one_for_what_is_not_known() {
    let written = of("mutation Reserve($input: ReserveInput!) {
        reserve(input: $input) { __typename ... on SoldOut { available } } }");
    let written = written.unwrap();
    let union = "#[serde(tag = \"__typename\")]
pub enum ReserveResult {
    Reserved,
    SoldOut(SoldOut),
    /// One that this release does not know.
    #[serde(other)]
    Unrecognised,
}";
    assert!(written.contains(union), "{written}");
    let input = "#[derive(::serde::Serialize)]
pub struct ReserveInput {
    pub key: String,
    #[serde(rename = \"expiresAt\")]
    pub expires_at: ::platform_server::answers::Moment,
    #[serde(skip_serializing_if = \"Option::is_none\")]
    pub note: Option<String>,
}";
    assert!(written.contains(input), "{written}");
}

#[test]
fn an_enum_has_an_arm_for_what_is_not_known_and_can_be_taken_as_another() {
    let document = [("catalog/asked.graphql", "query Kind { stock(sku: \"a\") { kind } }")];
    let workspace = Workspace::new(INTERNAL, &document);
    let written = workspace.write(&PeerTypes::in_folder("..")).unwrap();
    for part in ["    pub kind: super::Kind,", "    OnTheWay,", "    Unrecognised,"] {
        assert!(written.contains(part), "{part}: {written}");
    }
    let taken = PeerTypes::in_folder("..").take("catalog", "Kind", "crate::StockKind");
    let written = workspace.write(&taken).unwrap();
    for part in [
        "deserialize_with = \"::platform_server::answers::known::<_, super::Kind, _>\"",
        "    pub kind: crate::StockKind,",
        "impl TryFrom<Kind> for crate::StockKind {",
        "Kind::OnTheWay => Ok(Self::OnTheWay),",
    ] {
        assert!(written.contains(part), "{part}: {written}");
    }
}

#[test]
fn an_object_of_which_nothing_is_read_has_no_type() {
    let written = of("query There { stock(sku: \"a\") { __typename } }").unwrap();
    assert!(written.contains("type Answer = Option<::serde::de::IgnoredAny>;"), "{written}");
    assert!(written.contains("pub struct There;"), "{written}");
}

#[test]
fn a_document_that_does_not_fit_fails() {
    assert_refused(
        "query Stock { stock { pieces } }",
        "the required argument `Query.stock(sku:)` is not provided",
    );
    assert_refused("query Stock { stocks { pieces } }", "does not have a field `stocks`");
}

#[test]
fn a_document_that_no_question_can_be_made_of_fails() {
    assert_refused("query A { isOpen } query B { isOpen }", "one operation");
    assert_refused("{ isOpen }", "no name");
    assert_refused("query A { isOpen stock(sku: \"a\") { pieces } }", "one field");
    assert_refused("query A($x: Boolean!) { stock(sku: \"a\") { pieces @skip(if: $x) } }", "directive");
    assert_refused("query A { stock(sku: \"a\") { thing } }", "what is `Stock.thing` in Rust?");
    assert_refused("query A { price(offerId: \"a\") { amount currency } }", "cannot be the whole answer");
    assert_refused("query A { stock(sku: \"a\") { price { amount } } }", "money is read whole");
    assert_refused(
        "query A { stock(sku: \"a\") { pieces others { offerId } } }",
        "select the same of `Stock` everywhere",
    );
    assert_refused(
        "mutation A($input: ReserveInput!) { reserve(input: $input) { ... on SoldOut { available } } }",
        "select it",
    );
}

#[test]
fn a_document_that_is_sent_to_nobody_fails() {
    let workspace = Workspace::new(INTERNAL, &[("forgotten.graphql", "query A { isOpen }")]);
    let refused = workspace.write(&PeerTypes::in_folder("..")).unwrap_err();
    assert!(refused.contains("lies in no subgraph's folder"), "{refused}");
}

#[test]
fn what_is_taken_and_never_asked_fails() {
    let workspace = Workspace::new(INTERNAL, &[("catalog/asked.graphql", "query A { isOpen }")]);
    let stale = PeerTypes::in_folder("..").take("catalog", "Kind", "crate::StockKind");
    assert!(workspace.write(&stale).unwrap_err().contains("no document asks `catalog` for `Kind`"));
    let nobody = PeerTypes::in_folder("..").take("users", "Role", "crate::Role");
    assert!(workspace.write(&nobody).unwrap_err().contains("nothing is asked of `users`"));
}
