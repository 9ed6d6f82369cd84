//! Operations that come in one request. They are one to limits and accounts: what they cost together is counted and
//! charged before any of them runs, and their answers share the room of one.

use std::sync::Arc;

use futures::stream::{self, StreamExt};
use router_executor::Room;
use router_limits::cost::Cost;

use crate::answer::{Outcome, Refusal};
use crate::context::Context;
use crate::pipeline::{Allowed, Prepared, Spent};
use crate::request::GraphqlRequest;
use crate::shared::Shared;

/// Operations of a batch that run at the same time.
const AT_ONCE: usize = 4;

/// What became of a batch.
pub struct RanBatch {
    /// In the order of the operations.
    pub outcomes: Vec<Outcome>,
    pub spent: Spent,
}

impl Shared {
    /// Runs all of them, or none: where the whole is refused, every outcome says so.
    pub async fn run_batch(
        &self,
        requests: Vec<GraphqlRequest>,
        context: &Context,
        allowed: Allowed,
    ) -> RanBatch {
        let mut spent = Spent::default();
        let count = requests.len();
        let outcomes = match self.prepare_batch(requests, context, allowed, &mut spent).await {
            Ok(prepared) => self.perform_batch(prepared, context, spent.operations).await,
            Err(refusal) => (0..count).map(|_| Err(refusal.clone())).collect(),
        };
        let told = |outcome: Result<Outcome, Refusal>| {
            outcome.unwrap_or_else(|refusal| Outcome::Refused(self.traced(refusal, &context.trace)))
        };
        RanBatch { outcomes: outcomes.into_iter().map(told).collect(), spent }
    }

    async fn prepare_batch(
        &self,
        requests: Vec<GraphqlRequest>,
        context: &Context,
        allowed: Allowed,
        spent: &mut Spent,
    ) -> Result<Vec<Result<Prepared, Refusal>>, Refusal> {
        let count = u32::try_from(requests.len()).unwrap_or(u32::MAX);
        self.charge(context, count, spent)?;
        let mut prepared = Vec::with_capacity(requests.len());
        let (mut cost, mut least) = (Cost::default(), 0_u32);
        for request in requests {
            let each = self.prepare(request, context, allowed).await;
            if let Ok(each) = &each {
                cost.add(each.cost);
            }
            least = least.saturating_add(each.as_ref().map_or(1, |each| each.document.charge()));
            prepared.push(each);
        }
        spent.cost = Some(cost);
        self.config.limits.check_cost(cost).map_err(|limit| Refusal::limit(&limit))?;
        self.charge(context, self.operations(cost, least).saturating_sub(count), spent)?;
        Ok(prepared)
    }

    async fn perform_batch(
        &self,
        prepared: Vec<Result<Prepared, Refusal>>,
        context: &Context,
        charged: u32,
    ) -> Vec<Result<Outcome, Refusal>> {
        let limits = &self.config.limits;
        let room = Arc::new(Room::new(limits.max_response_nodes, limits.max_response_bytes));
        let runs = prepared.into_iter().map(|each| {
            let room = room.clone();
            // What they owe for their answers is counted together.
            async move { self.perform(each?, context, Some(room), u32::MAX).await }
        });
        let outcomes: Vec<_> = stream::iter(runs).buffered(AT_ONCE).collect().await;
        let bytes = outcomes.iter().map(|outcome| match outcome {
            Ok(Outcome::Answered(answer, _)) => answer.written(),
            _ => 0,
        });
        self.owe(context, self.operations_of(bytes.sum()).saturating_sub(charged));
        outcomes
    }
}
