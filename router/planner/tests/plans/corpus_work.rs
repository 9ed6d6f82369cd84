//! The pathological corpus by counted work: the same on every machine, however busy.

use router_planner::{BUDGET, Effort, PlanContext, PlanError};
use router_schema::JsonObject;

use crate::corpus::{self, Case};
use crate::support::Bench;

fn bench(case: &Case) -> Bench {
    let subgraphs: Vec<(&str, &str)> =
        case.subgraphs.iter().map(|(name, sdl)| (name.as_str(), sdl.as_str())).collect();
    Bench::compose(&subgraphs)
}

fn effort(case: &Case) -> Effort {
    let bench = bench(case);
    let expanded = bench.expand(&case.operation, &JsonObject::new());
    let planned = bench.planner.plan_measured(&expanded, &PlanContext::default());
    let (_, effort) = planned.unwrap_or_else(|error| panic!("{}: {error}", case.name));
    effort
}

#[test]
fn no_member_comes_near_the_budget() {
    for case in corpus::all() {
        let Effort { steps } = effort(&case);
        println!("{steps:>6} steps: {}", case.name);
        assert!(steps * 5 < BUDGET, "{} takes {steps} of {BUDGET} steps", case.name);
    }
}

/// The budget holds wherever the work arises, and what is refused says why.
#[test]
fn an_operation_beyond_the_budget_is_refused() {
    for case in [corpus::options_with_owners(4, 12), corpus::wide(120, 8), corpus::requires_on_the_way(6)] {
        let bench = bench(&case);
        let expanded = bench.expand(&case.operation, &JsonObject::new());
        let planner = bench.planner.with_budget(20);
        let Err(refused) = planner.plan(&expanded, &PlanContext::default()) else {
            panic!("{} is planned", case.name)
        };
        assert_eq!(refused, PlanError::TooComplex { budget: 20 }, "{}", case.name);
        assert_eq!(refused.code(), "QUERY_PLANNING_FAILED");
        let message = "the operation is too complex to be planned: more than 20 steps were needed";
        assert_eq!(refused.to_string(), message);
        assert!(
            planner.with_budget(BUDGET).plan(&expanded, &PlanContext::default()).is_ok(),
            "{}",
            case.name
        );
    }
}

/// Twice the size is at most two and a half times the work.
#[test]
fn work_grows_with_size_and_no_faster() {
    type Family = fn(usize) -> Case;
    let families: [(&str, Family, usize); 6] = [
        ("depth", |levels| corpus::options_with_owners(4, levels), 12),
        ("breadth", |fields| corpus::wide(fields, 8), 120),
        ("subgraphs", |subgraphs| corpus::options_with_owners(subgraphs, 1), 8),
        ("overlapping keys", corpus::overlapping_keys, 8),
        ("requirements on the way", corpus::requires_on_the_way, 6),
        ("keys of one field", corpus::keys_of_one_field, 20),
    ];
    for (name, family, smallest) in families {
        let [small, large] = [smallest, smallest * 4].map(|size| effort(&family(size)).steps);
        println!("{name}: {small} steps, {large} at four times the size");
        assert!(large * 4 <= small * 25, "{name}: {small} steps become {large}");
    }
}
