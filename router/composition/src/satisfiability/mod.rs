//! Satisfiability: whether every query that the supergraph admits can be answered.
use crate::error::CompositionError;
use crate::merge::supergraph::Supergraph;
use crate::subgraph::SubgraphModel;

pub(crate) fn check(
    _subgraphs: &[SubgraphModel],
    _supergraph: &Supergraph,
) -> Result<(), Vec<CompositionError>> {
    Ok(())
}
