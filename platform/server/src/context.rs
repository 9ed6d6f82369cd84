//! Who calls: what a resolver learns about its request, and what the others learn of a service.

use async_graphql::Context;
use platform_commerce::Market;
use platform_core::{ApiError, ErrorCode};
use platform_identity::{Caller, Identity};

/// The request carries no identity: a defect of the server, since every way in adds one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the request carries no identity")]
pub struct MissingCaller;

impl ApiError for MissingCaller {
    fn code(&self) -> ErrorCode {
        ErrorCode::Internal
    }
}

platform_core::api_error!(MissingCaller);

/// The service `name`, acting for itself in the market of who says nothing of one.
pub fn acting(name: &str) -> Caller {
    Caller::new(Identity::service(name).in_context(Market::default().into()))
}

/// Who is calling.
pub fn caller<'a>(ctx: &Context<'a>) -> Result<&'a Caller, MissingCaller> {
    ctx.data_opt::<Caller>().ok_or(MissingCaller)
}
