//! Plans under test: as text, and by what they fetch.
//!
//! A plan is right if running it gives what the operation means. So [`check`] runs it against a [`world`] in which
//! every value is a function of where it stands, through [`subgraph`]s that know only what the supergraph says of
//! them and refuse documents that are not valid for them, and compares with the operation run on the world itself.

pub mod generate;
pub mod run;
pub mod subgraph;
pub mod world;

use std::sync::Arc;

use router_planner::{PlanContext, Planner, QueryPlan};
use router_schema::{ExpandedOperation, JsonObject, Operation, Supergraph};

use self::subgraph::Subgraphs;
use self::world::World;

pub struct Bench {
    pub planner: Planner,
    pub subgraphs: Subgraphs,
}

/// A federation of these subgraphs, by name.
#[macro_export]
macro_rules! bench {
    ($($name:ident: $sdl:expr),+ $(,)?) => {
        $crate::support::Bench::compose(&[$((stringify!($name), $sdl)),+])
    };
}

/// Imports for the subgraphs of tests.
const LINK: &str = r#"extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
    "@key", "@requires", "@provides", "@external", "@shareable", "@override", "@interfaceObject", "@inaccessible", "@authenticated",
    "@context", "@fromContext"
])
"#;

impl Bench {
    pub fn compose(subgraphs: &[(&str, &str)]) -> Self {
        let subgraph = |(name, sdl): &(&str, &str)| router_composition::Subgraph {
            name: (*name).to_owned(),
            url: String::new(),
            sdl: format!("{LINK}{sdl}"),
        };
        let subgraphs: Vec<_> = subgraphs.iter().map(subgraph).collect();
        match router_composition::compose(&subgraphs) {
            Ok(composition) => Self::new(&composition.supergraph_sdl),
            Err(errors) => panic!("{errors:#?}"),
        }
    }

    pub fn new(supergraph: &str) -> Self {
        let supergraph = Arc::new(Supergraph::parse(supergraph).unwrap());
        let subgraphs = Subgraphs::extract(Arc::clone(&supergraph));
        Self { planner: Planner::new(supergraph), subgraphs }
    }

    pub fn supergraph(&self) -> &Supergraph {
        self.planner.supergraph()
    }

    pub fn expand(&self, query: &str, variables: &JsonObject) -> ExpandedOperation {
        let operation = Operation::parse(self.supergraph(), query, None).unwrap();
        let variables = operation.coerce_variables(self.supergraph(), &variables.clone().into()).unwrap();
        operation.expand(self.supergraph(), &operation.flags(&variables))
    }

    pub fn plan(&self, query: &str) -> QueryPlan {
        self.planner.plan(&self.expand(query, &JsonObject::new()), &PlanContext::default()).unwrap()
    }

    /// The plan as text; it must also be right.
    pub fn explain(&self, query: &str) -> String {
        self.check(query, &JsonObject::new());
        self.plan(query).to_string()
    }

    /// The plan as text where labels of progressive overrides hold.
    pub fn explain_labelled(&self, query: &str, labels: &[&str]) -> String {
        let labels = labels.iter().map(|label| Arc::from(*label)).collect();
        self.planner
            .plan(&self.expand(query, &JsonObject::new()), &PlanContext { labels })
            .unwrap()
            .to_string()
    }

    /// The same federation, planned with other batching.
    pub fn with_batching(self, batching: router_planner::Batching) -> Self {
        Self { planner: self.planner.with_batching(batching), ..self }
    }

    /// Fails unless running the plan gives exactly what the operation means, keys in order.
    pub fn check(&self, query: &str, variables: &JsonObject) {
        let supergraph = self.supergraph();
        let operation = Operation::parse(supergraph, query, None).unwrap();
        let variables = operation.coerce_variables(supergraph, &variables.clone().into()).unwrap();
        let expanded = operation.expand(supergraph, &operation.flags(&variables));
        let plan = match self.planner.plan(&expanded, &PlanContext::default()) {
            Ok(plan) => plan,
            Err(error) => panic!("no plan: {error}\n{query}"),
        };
        let variables = variables.to_json();
        let world = World::new(supergraph);
        let wanted = world.answer(&operation, &variables);
        let got = run::run(&self.subgraphs, &plan, &variables);
        let (wanted, got) = (serde_json::to_string(&wanted).unwrap(), serde_json::to_string(&got).unwrap());
        assert!(wanted == got, "{query}\n{plan}\nwanted {wanted}\n   got {got}");
    }
}

/// Asserts the text of a plan, and that the plan is right.
#[macro_export]
macro_rules! assert_plan {
    ($bench:expr, $query:expr, @$expected:literal) => {
        insta::assert_snapshot!($bench.explain($query), @$expected)
    };
}
