//! A line of a cart as clients see it: it answers whatever became of its offer.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use orders_entities::cart_line::{self, LineSnapshot};
use platform_server::caller;

use super::check::LineChecks;
use crate::app::App;
use crate::quote::CartProblem;
use crate::stubs::Offer;

/// An offer in a cart.
pub struct CartLine {
    row: cart_line::Model,
    checks: Arc<LineChecks>,
}

impl CartLine {
    /// `checks` are those of all lines of the cart.
    pub fn new(row: cart_line::Model, checks: &Arc<LineChecks>) -> Self {
        Self { row, checks: Arc::clone(checks) }
    }

    fn snapshot(&self) -> Option<&LineSnapshot> {
        self.row.snapshot.as_ref()
    }
}

/// An offer in a cart, and how many pieces of it.
#[Object]
impl CartLine {
    /// Identifier, by which `updateCartLine` and `removeFromCart` name the line.
    async fn id(&self) -> ID {
        self.row.id.to_graphql()
    }

    /// As it is now; null where it is gone. The fields beside it are what was put in.
    async fn offer(&self) -> Option<Offer> {
        Some(Offer::new(self.row.offer_id))
    }

    /// How many pieces the line asks for: 1 to 9999.
    async fn quantity(&self) -> i32 {
        self.row.quantity
    }

    /// Why the line cannot be bought as it stands; null if it can. Some seconds old at most.
    async fn problem(&self, ctx: &Context<'_>) -> Result<Option<CartProblem>> {
        let app = ctx.data_unchecked::<App>();
        let problem = self.checks.problem(app, caller(ctx)?, &self.row).await?;
        Ok(problem.as_ref().map(CartProblem::from))
    }

    /// As it was called when it was put in; null for lines that are older than this field.
    async fn product_name(&self) -> Option<&str> {
        Some(&self.snapshot()?.product_name)
    }

    /// The variant's options when it was put in, such as `M / blue`; empty for a variant without options.
    async fn variant_name(&self) -> Option<&str> {
        Some(&self.snapshot()?.variant_name)
    }

    /// Of the variant when it was put in.
    async fn sku(&self) -> Option<&str> {
        Some(&self.snapshot()?.sku)
    }

    /// By which the product was found when it was put in.
    async fn product_slug(&self) -> Option<&str> {
        Some(&self.snapshot()?.product_slug)
    }

    /// A path at the same host.
    async fn image_url(&self) -> Option<&str> {
        self.snapshot()?.image_url.as_deref()
    }
}
