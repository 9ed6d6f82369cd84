//! What the pages of a shop cost, and what the dearest operations come to that the limits admit: by the schema alone.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use bench_cost::{Search, Shop, Taken};
use router_limits::cost::Cost;
use router_schema::{Operation, Variables};
use serde_json::Map;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn shop() -> Shop {
    Shop::read(&repository(), true).unwrap()
}

/// A storefront's and the staff's pages, each in one operation.
const PAGES: [(&str, &str); 6] = [
    ("home", include_str!("home.graphql")),
    ("category", include_str!("category.graphql")),
    ("product", include_str!("product.graphql")),
    ("cart", include_str!("cart.graphql")),
    ("orders", include_str!("orders.graphql")),
    ("staff_orders", include_str!("staff_orders.graphql")),
];

#[test]
fn pages_are_admitted_at_these_costs() {
    let shop = shop();
    let costs: Vec<String> = PAGES
        .iter()
        .map(|(name, text)| {
            shop.validate(text).unwrap_or_else(|errors| panic!("{name}: {errors}"));
            let Cost { cost, nodes, .. } = shop.admit(text, &Map::new()).unwrap_or_else(|error| {
                panic!("{name}: {error}, {:?}", shop.count(text, &Map::new()));
            });
            format!("{name}: cost {cost}, values {nodes}")
        })
        .collect();
    insta::assert_snapshot!(costs.join("\n"));
}

/// The operations between fences in the documentation.
#[test]
fn what_the_documentation_asks_is_admitted() {
    let shop = shop();
    let mut open = vec![repository().join("docs"), repository().join("README.md")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            let text = fs::read_to_string(&path).unwrap();
            for operation in text.split("```graphql\n").skip(1).map(|rest| rest.split("```").next().unwrap())
            {
                // What composition explains are schemas.
                if shop.validate(operation).is_ok() {
                    assert!(shop.admit(operation, &Map::new()).is_ok(), "{}: {operation}", path.display());
                }
            }
        }
    }
}

/// Check 50: the inputs by which one guest took the shop down.
#[test]
fn operations_that_took_the_shop_down_are_refused() {
    let shop = shop();
    let ids: String = (0..12).map(|n| format!("a{n}: id ")).collect();
    let mut nested = format!("{{ id {ids} }}");
    for level in 0..12 {
        nested = format!("{{ {} }}", format!("variants {{ product {nested} }} ").trim());
        let text = format!("{{ products(first: 100) {{ nodes {nested} }} }}");
        let refused = shop.admit(&text, &Map::new()).is_err();
        assert_eq!(refused, level > 0, "level {level}: {:?}", shop.count(&text, &Map::new()));
    }
    let lists = "{ products(first: 100) { nodes { variants { offers { product { variants { offers { id } } } } } } } }";
    assert!(
        shop.validate(lists).is_ok() && shop.admit(lists, &Map::new()).is_err(),
        "{:?}",
        shop.count(lists, &Map::new())
    );
}

/// What GraphiQL and code generators ask first is admitted, once in a request, and leaves room for a schema that grows.
#[test]
fn the_usual_introspection_query_is_admitted() {
    let shop = shop();
    let query = include_str!("introspection.graphql");
    let mut cost = shop.admit(query, &Map::new()).unwrap();
    let operation = Operation::parse(&shop.supergraph, query, None).unwrap();
    let size = shop.supergraph.introspection_size(&operation, &Variables::new(), u64::MAX);
    cost.add(Cost { cost: size.objects, nodes: size.values, ..Cost::default() });
    assert!(shop.limits.check_cost(cost).is_ok(), "{cost:?}");
    assert!(cost.cost > shop.limits.max_cost / 3, "three in one batch are too dear: {cost:?}");
}

/// A list of which nobody says how long it is counts as ten, however long it is.
#[test]
fn every_list_of_objects_says_its_size() {
    let unsized_lists: Vec<String> = shop().unsized_lists().iter().map(ToString::to_string).collect();
    assert_eq!(unsized_lists, Vec::<String>::new(), "`#[graphql(directive = cost::list::apply(10))]`");
}

/// Check 50, the short form: the search comes near the edge of what the limits admit, and not beyond;
/// what it finds is valid and of ten kilobytes.
#[test]
fn the_dearest_operations_stay_within_the_limits() {
    let shop = shop();
    let (mut cost, mut nodes) = (0, 0);
    for seed in 1..=2 {
        let mut search = Search::new(&shop, seed);
        for _ in 0..3 {
            let tried = search.propose();
            shop.validate(&tried.sent.text).unwrap_or_else(|errors| panic!("{errors}: {}", tried.sent.text));
            assert!(tried.cost.cost <= shop.limits.max_cost && tried.cost.nodes <= shop.limits.max_nodes);
            assert!(tried.sent.body().to_string().len() <= 10_000);
            (cost, nodes) = (cost.max(tried.cost.cost), nodes.max(tried.cost.nodes));
            search.measured(&tried, Taken { time: tried.cost.cost, memory: tried.cost.nodes });
        }
    }
    assert!(cost > shop.limits.max_cost / 3, "{cost}");
    assert!(nodes > shop.limits.max_nodes * 3 / 4, "{nodes}");
}
