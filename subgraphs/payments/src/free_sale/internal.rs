//! Sales that nothing pays for, as the checkout tells of them.

use async_graphql::{Context, InputObject, Object, Result};
use platform_commerce::CurrencyCode;

use super::service;
use crate::app::App;
use crate::ledger::SplitInput;

/// An order of which nothing is left to pay: discounts make up all of it.
#[derive(InputObject)]
pub struct FreeSaleInput {
    /// The order's key, of 1 to 200 characters: one sale for each.
    pub key: String,
    /// The order's currency.
    pub currency: CurrencyCode,
    /// How the order divides; no points are in it.
    pub split: SplitInput,
}

#[derive(Default)]
pub struct InternalFreeSaleMutation;

#[Object]
impl InternalFreeSaleMutation {
    /// Books an order that neither money nor points pay for, once for its key; called off before: nothing happens.
    /// Returns true.
    async fn book_free_sale(&self, ctx: &Context<'_>, input: FreeSaleInput) -> Result<bool> {
        let FreeSaleInput { key, currency, split } = input;
        service::book(ctx.data_unchecked::<App>(), &key, currency, &split.into()).await?;
        Ok(true)
    }

    /// Books such an order back. One that is not booked cannot be from then on. Returns true.
    async fn reverse_free_sale(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order's key.")] key: String,
    ) -> Result<bool> {
        service::reverse(ctx.data_unchecked::<App>(), &key).await?;
        Ok(true)
    }
}
