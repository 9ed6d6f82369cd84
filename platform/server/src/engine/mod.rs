//! One schema, ready to run operations: limits, cost and budget, parsed documents, access rules, deadline, panics, masking.
//!
//! Every way in (HTTP, WebSocket, in process) goes through [`Engine`], so none of these can be passed by.

mod blame;
mod budget;
mod documents;
mod inputs;
mod nul;
mod omitted;
mod run;
mod subscription;

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::Variables;
use platform_core::ErrorCode;
use platform_identity::Caller;
use platform_telemetry::{Metrics, TraceContext};
use router_limits::Limits;
use router_limits::cost::{CostModel, DirectiveNames};
use tracing::Span;

use blame::InputTypes;
pub(crate) use budget::Budgets;
pub(crate) use documents::Documents;
pub(crate) use subscription::Event;
pub use subscription::Recheck;

use crate::access::{RuleFault, Rules};
use crate::config::ServerConfig;
use crate::schema::AnySchema;
use crate::sdl::{Sdl, SdlError};

/// Which of a subgraph's two schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The one that is composed: any identity may call, the rules decide.
    Composed,
    /// The one for other subgraphs: services alone may call.
    Internal,
}

impl Kind {
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Composed => "composed",
            Self::Internal => "internal",
        }
    }
}

/// One operation as it reached the subgraph.
pub(crate) struct Operation {
    pub(crate) query: Arc<str>,
    pub(crate) operation_name: Option<Arc<str>>,
    pub(crate) variables: Variables,
    pub(crate) caller: Caller,
    pub(crate) deadline: Option<Instant>,
    pub(crate) trace: TraceContext,
}

pub(crate) struct Engine {
    subgraph: &'static str,
    kind: Kind,
    schema: AnySchema,
    sdl: String,
    rules: Rules,
    documents: Documents,
    limits: Limits,
    inputs: InputTypes,
    /// Of the composed schema. Services ask the internal one for as much as they need, within the budget of an answer.
    costs: Option<CostModel>,
    timeout: Duration,
    recheck_interval: Duration,
    recheck: Option<Arc<dyn Recheck>>,
    metrics: Metrics,
}

impl Engine {
    pub(crate) fn new(
        subgraph: &'static str,
        kind: Kind,
        schema: AnySchema,
        config: &ServerConfig,
        metrics: Metrics,
        recheck: Option<Arc<dyn Recheck>>,
    ) -> Result<Self, SdlError> {
        let sdl = match kind {
            Kind::Composed => Sdl::composed(&schema.federation_sdl())?,
            Kind::Internal => Sdl::internal(&schema.sdl())?,
        };
        Ok(Self {
            subgraph,
            kind,
            rules: Rules::read(&sdl.document),
            costs: (kind == Kind::Composed)
                .then(|| CostModel::read(&sdl.document, &DirectiveNames::default())),
            limits: config.limits.clone(),
            inputs: InputTypes::read(&sdl.document),
            sdl: sdl.text,
            schema,
            documents: Documents::new(config.limits.clone(), config.document_cache_mib),
            timeout: Duration::from_millis(config.request_timeout_ms),
            recheck_interval: Duration::from_millis(config.recheck_interval_ms.max(1)),
            recheck,
            metrics,
        })
    }

    pub(crate) fn sdl(&self) -> &str {
        &self.sdl
    }

    pub(crate) fn subgraph(&self) -> &'static str {
        self.subgraph
    }

    /// What is wrong with the composed schema's rules; the internal schema needs none.
    pub(crate) fn rule_faults(&self) -> &[RuleFault] {
        match self.kind {
            Kind::Composed => self.rules.faults(),
            Kind::Internal => &[],
        }
    }

    /// What the log lines of one operation have in common.
    fn span(&self, trace: &TraceContext) -> Span {
        tracing::info_span!(target: "souk", "operation", subgraph = self.subgraph, trace = %trace.trace_id())
    }

    /// Whether this caller may use the schema at all.
    pub(crate) fn admits(&self, caller: &Caller) -> Result<(), ErrorCode> {
        match self.kind {
            Kind::Internal if !caller.is_service() => Err(ErrorCode::Forbidden),
            Kind::Internal | Kind::Composed => Ok(()),
        }
    }
}
