//! Which labels of `@override(label:)` hold for a request: those that the configuration names, and `percent(x)` for
//! that share of all requests.

use std::collections::BTreeSet;
use std::sync::Arc;

use router_planner::PlanContext;
use router_schema::Supergraph;

/// The labels that a supergraph uses.
#[derive(Debug, Default)]
pub struct OverrideLabels {
    active: BTreeSet<Arc<str>>,
    /// Labels and their share of requests, from 0 to 1.
    shares: Vec<(Arc<str>, f64)>,
}

impl OverrideLabels {
    pub fn new(supergraph: &Supergraph, configured: &[String]) -> Self {
        let mut labels = Self::default();
        let fields = supergraph.types().flat_map(|(_, facts)| facts.fields.values());
        let used = fields
            .flat_map(|field| field.subgraphs.values())
            .filter_map(|field| field.overrides.as_ref()?.label.clone())
            .collect::<BTreeSet<_>>();
        for label in used {
            if let Some(share) = share(&label) {
                labels.shares.push((label, share));
            } else if configured.iter().any(|name| **name == *label) {
                labels.active.insert(label);
            }
        }
        labels
    }

    /// What holds for a request with this random number, which is asked for only if labels depend on it. One number
    /// serves all labels: a request within 5 % is within 50 % too, so that there are as few plans as labels.
    pub fn draw(&self, random: impl FnOnce() -> u32) -> PlanContext {
        if self.shares.is_empty() {
            return PlanContext { labels: self.active.clone() };
        }
        let position = f64::from(random()) / (f64::from(u32::MAX) + 1.0);
        let drawn = self.shares.iter().filter(|(_, share)| position < *share).map(|(label, _)| label.clone());
        PlanContext { labels: self.active.iter().cloned().chain(drawn).collect() }
    }
}

fn share(label: &str) -> Option<f64> {
    let percent: f64 = label.strip_prefix("percent(")?.strip_suffix(')')?.trim().parse().ok()?;
    (0.0..=100.0).contains(&percent).then_some(percent / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_requests_falls_under_a_percentage() {
        let labels = OverrideLabels {
            active: BTreeSet::from(["always".into()]),
            shares: vec![("percent(25)".into(), share("percent(25)").unwrap())],
        };
        let holds = |random| labels.draw(|| random).labels.contains("percent(25)");
        assert!(holds(0) && holds(u32::MAX / 4) && !holds(u32::MAX / 4 + 1) && !holds(u32::MAX));
        assert!(labels.draw(|| u32::MAX).labels.contains("always"));
    }

    #[test]
    fn only_percentages_are_shares() {
        assert_eq!(share("percent(100)"), Some(1.0));
        assert_eq!(share("percent(0.5)"), Some(0.005));
        for other in ["percent(101)", "percent(-1)", "percent()", "rollout", "percent(5"] {
            assert_eq!(share(other), None, "{other}");
        }
    }
}
