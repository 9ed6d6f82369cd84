//! What operations come to, by @cost and @listSize.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;

use apollo_compiler::ast::Document;
use router_limits::cost::{Cost, CostModel, Countable, DirectiveNames};
use router_limits::{LimitError, Limits};
use serde_json::{Value, json};

const SCHEMA: &str = r#"
directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION

type Query {
  shop: Shop
  products(first: Int, last: Int): ProductConnection
    @listSize(assumedSize: 20, slicingArguments: ["first", "last"], sizedFields: ["nodes", "edges"], requireOneSlicingArgument: false)
  strict(first: Int): [Product] @listSize(slicingArguments: ["first"])
  defaulted(first: Int = 7): [Product] @listSize(slicingArguments: ["first"], requireOneSlicingArgument: false)
  nested(input: Search): [Product] @listSize(slicingArguments: ["input.first"], requireOneSlicingArgument: false)
  tags: [String!]
  grid: [[Product]]
  named: [Named] @listSize(assumedSize: 3)
  report(deep: Boolean @cost(weight: 50), filter: Filter): Report @cost(weight: 30)
}

type Mutation { login(name: String): Product  rename(name: String): String }

type Shop { name: String  products: [Product] }
type ProductConnection { edges: [ProductEdge!]! nodes: [Product!]! pageInfo: PageInfo! }
type ProductEdge { cursor: String! node: Product! }
type PageInfo { hasNextPage: Boolean! }
type Product implements Named {
  id: ID! name: String  variants: [Variant!]! @listSize(assumedSize: 5)  photo: Photo
}
type Variant { id: ID! product: Product! }
scalar Photo @cost(weight: 4)
type Report @cost(weight: 9) { text: String }
type Vendor implements Named @cost(weight: 6) { name: String }
interface Named { name: String }
input Search { first: Int }
input Filter { words: [String]  deep: [Filter]  exact: Boolean @cost(weight: 8) }
"#;

fn model() -> CostModel {
    CostModel::read(&Document::parse(SCHEMA, "schema").unwrap(), &DirectiveNames::default())
}

fn count(text: &str, variables: Value) -> Result<Cost, LimitError> {
    let Value::Object(variables) = variables else { panic!("variables are an object") };
    model().count(&Countable::parse(text).unwrap(), None, &variables, 10)
}

fn cost(text: &str) -> u64 {
    count(text, json!({})).unwrap().cost
}

#[test]
fn objects_count_one_and_leaves_nothing() {
    assert_eq!(cost("{ shop { name } }"), 1);
    assert_eq!(
        count("{ shop { name __typename } tags }", json!({})).unwrap(),
        Cost { cost: 1, nodes: 3 + 11, key_bytes: 8 + 8 + 14 + 8 }
    );
}

#[test]
fn a_list_of_which_nothing_is_said_has_the_default_size() {
    assert_eq!(cost("{ shop { products { id } } }"), 1 + 10);
    assert_eq!(cost("{ grid { id } }"), 100);
}

#[test]
fn a_connection_is_as_long_as_its_slice() {
    assert_eq!(cost("{ products(first: 100) { nodes { id } } }"), 1 + 100);
    assert_eq!(cost("{ products { nodes { id } pageInfo { hasNextPage } } }"), 1 + 20 + 1);
    assert_eq!(cost("{ products(first: 3, last: 50) { edges { node { id } } } }"), 1 + 50 * 2);
    let query = "query($n: Int = 4) { products(first: $n) { nodes { id } } }";
    assert_eq!(count(query, json!({ "n": 30 })).unwrap().cost, 31);
    assert_eq!(count(query, json!({ "n": null })).unwrap().cost, 21);
    assert_eq!(count(query, json!({})).unwrap().cost, 5);
    assert_eq!(cost("{ products(first: -5) { nodes { id } } }"), 1);
    assert_eq!(cost("{ defaulted { id } }"), 7);
    assert_eq!(cost("{ nested(input: { first: 9 }) { id } }"), 9 + 1);
}

#[test]
fn lists_multiply_and_saturate() {
    assert_eq!(
        cost("{ products(first: 100) { nodes { variants { product { id } } } } }"),
        1 + 100 * (1 + 5 * 2)
    );
    let mut query = "{ products(first: 100) { nodes ".to_owned();
    let levels = 40;
    query.push_str(&"{ variants { product ".repeat(levels));
    query.push_str("{ id }");
    query.push_str(&"} }".repeat(levels));
    query.push_str("} }");
    assert_eq!(
        count(&query, json!({})).unwrap(),
        Cost { cost: u64::MAX, nodes: u64::MAX, key_bytes: u64::MAX }
    );
}

#[test]
fn one_slicing_argument_is_required_where_the_schema_says_so() {
    assert_eq!(cost("{ strict(first: 4) { id } }"), 4);
    let refused = count("{ strict { id } }", json!({})).unwrap_err();
    assert_eq!(refused.code(), "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(refused.to_string(), "`strict` needs exactly one of the arguments `first`");
}

#[test]
fn weights_stand_for_fields_types_arguments_and_inputs() {
    assert_eq!(cost("{ report { text } }"), 30);
    assert_eq!(cost("{ report(deep: true) { text } }"), 80);
    assert_eq!(cost("{ report(deep: null) { text } }"), 30);
    // Each object of an input counts, in lists and variables too.
    assert_eq!(
        cost("{ report(filter: { words: [\"a\", \"b\"], deep: [{}, { exact: true }] }) { text } }"),
        30 + 3 + 8
    );
    let query = "query($f: Filter) { report(filter: $f) { text } }";
    let filter = json!({ "deep": [{ "exact": false }, { "deep": { "words": [] } }] });
    assert_eq!(count(query, json!({ "f": filter })).unwrap().cost, 30 + 4 + 8);
    assert_eq!(cost("{ shop { products { photo } } }"), 1 + 10 * 5);
    // An interface is as dear as the dearest that it may be.
    assert_eq!(cost("{ named { name } }"), 3 * 6);
}

#[test]
fn root_fields_of_mutations_count_ten_more() {
    assert_eq!(cost("mutation { a: login { id } b: rename }"), 11 + 10);
}

#[test]
fn what_is_skipped_counts_nothing() {
    assert_eq!(cost("{ shop @skip(if: true) { name } }"), 0);
    let query = "query($with: Boolean!) { shop @include(if: $with) { name } ...F @skip(if: $with) } fragment F on Query { products { nodes { id } } }";
    assert_eq!(count(query, json!({ "with": true })).unwrap().cost, 1);
    assert_eq!(count(query, json!({ "with": false })).unwrap().cost, 21);
}

#[test]
fn a_fragment_is_sized_by_each_field_that_spreads_it() {
    let query = "{ a: products(first: 2) { ...C } b: products(first: 50) { ...C } }
        fragment C on ProductConnection { ...D pageInfo { hasNextPage } }
        fragment D on ProductConnection { nodes { id } ... { edges { cursor } } }";
    assert_eq!(cost(query), 2 + 2 + (2 + 50) * 2);
}

#[test]
fn entities_are_as_many_as_are_asked_for() {
    let query =
        "query($r: [_Any!]!) { _entities(representations: $r) { ... on Product { variants { id } } } }";
    assert_eq!(count(query, json!({ "r": [{}, {}, {}] })).unwrap().cost, 3 * (1 + 5));
}

/// Check 1, for the cost: fragments that double at each level are each counted once.
#[test]
fn doubling_fragments_are_counted_in_linear_time() {
    let mut query = String::from("{ shop { products { ...F0 } } }");
    for level in 0..2_000 {
        let next = level + 1;
        write!(
            query,
            " fragment F{level} on Product {{ ...F{next} variants {{ product {{ ...F{next} }} }} }}"
        )
        .unwrap();
    }
    query.push_str(" fragment F2000 on Product { id }");
    assert_eq!(count(&query, json!({})).unwrap().cost, u64::MAX);
}

#[test]
fn the_limits_say_what_was_counted() {
    let limits = Limits { max_cost: 100, max_nodes: 50, ..Limits::default() };
    let over = limits.check_cost(Cost { cost: 101, nodes: 1, key_bytes: 0 }).unwrap_err();
    assert_eq!(
        (over.code(), over.setting(), over.counted()),
        ("LIMIT_EXCEEDED", Some("max_cost"), Some((101, 100)))
    );
    let over = limits.check_cost(Cost { cost: 1, nodes: 51, key_bytes: 0 }).unwrap_err();
    assert_eq!(
        (over.code(), over.setting(), over.counted()),
        ("LIMIT_EXCEEDED", Some("max_nodes"), Some((51, 50)))
    );
    let keys = |key_bytes| limits.check_cost(Cost { cost: 100, nodes: 50, key_bytes });
    let over = keys(4_194_305).unwrap_err();
    assert_eq!((over.code(), over.setting()), ("LIMIT_EXCEEDED", Some("max_response_bytes")));
    assert!(keys(4_194_304).is_ok());
    let operations = |cost| Cost { cost, ..Cost::default() }.operations(1_000);
    assert_eq!(
        (operations(0), operations(1_000), operations(1_001), operations(u64::MAX)),
        (1, 1, 2, u32::MAX)
    );
}

#[test]
fn renamed_directives_are_read_under_their_names() {
    let text = "type Query { a: [Query] @size(assumedSize: 3) b: Int @price(weight: 2) }";
    let names = DirectiveNames { cost: "price".to_owned(), list_size: "size".to_owned() };
    let model = CostModel::read(&Document::parse(text, "schema").unwrap(), &names);
    let document = Countable::parse("{ a { b } }").unwrap();
    assert_eq!(model.count(&document, None, &serde_json::Map::new(), 10).unwrap().cost, 3 * (1 + 2));
}

#[test]
fn lists_of_objects_without_a_size_are_told() {
    let names: Vec<String> = model().unsized_lists().into_iter().map(|list| list.0).collect();
    assert_eq!(names, ["Query.grid", "Shop.products"]);
}

/// Aliases may be long: what they take up is what they are long, as often as the lists around them repeat them.
#[test]
fn keys_are_counted_as_often_as_lists_repeat_them() {
    let keys = |text: &str| count(text, json!({})).unwrap().key_bytes;
    assert_eq!(keys("{ shop { longer: name } }"), (4 + 4) + (6 + 4));
    assert_eq!(
        keys(
            "{ products(first: 100) { nodes { longer: id ... on Product { ...F } } } } fragment F on Product { b: id }"
        ),
        (8 + 4) + (5 + 4) + 100 * ((6 + 4) + (1 + 4))
    );
    assert_eq!(keys("{ t: tags }"), 1 + 4);
}
