//! Points as the checkout drives them.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use chrono::{DateTime, Utc};
use platform_commerce::CurrencyCode;
use platform_core::id::UserId;

use super::account;
use super::holds::{self, HoldOutcome, SaleByPoints};
use crate::app::App;
use crate::ledger::SplitInput;

/// Points to set aside for an order.
#[derive(InputObject)]
pub struct HoldPointsInput {
    /// The caller's idempotency key, unique for ever; the same key gives the same answer.
    pub key: String,
    /// Whose points.
    pub user_id: UserId,
    /// How many, above zero; each worth one minor unit of the order's currency.
    pub points: i64,
    /// When they are free again unless committed; in the future.
    pub expires_at: DateTime<Utc>,
}

/// An order that points alone pay for: no payment books it.
#[derive(InputObject)]
pub struct SaleByPointsInput {
    /// The order's currency.
    pub currency: CurrencyCode,
    /// How the order divides; points and discounts make up all of it.
    pub split: SplitInput,
}

/// The points are set aside.
#[derive(SimpleObject)]
pub struct PointsHeld {
    /// How many are held for the key.
    points: i64,
}

/// The user has fewer points to spend; none are held.
#[derive(SimpleObject)]
pub struct NotEnoughPoints {
    /// How many can be spent now.
    available: i64,
}

/// Outcome of `holdPoints`.
#[derive(Union)]
pub enum HoldPointsResult {
    Held(PointsHeld),
    NotEnough(NotEnoughPoints),
}

#[derive(Default)]
pub struct InternalPointsQuery;

#[Object]
impl InternalPointsQuery {
    /// Points that the user can spend now: those that no order under way holds. Zero where there is no account.
    async fn available_points(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose points.")] user_id: UserId,
    ) -> Result<i64> {
        Ok(account::available(ctx.data_unchecked::<App>(), user_id).await?)
    }
}

#[derive(Default)]
pub struct InternalPointsMutation;

#[Object]
impl InternalPointsMutation {
    /// Sets points aside for an order under way. A key whose points were released, or that was closed, is refused with
    /// CONFLICT.
    async fn hold_points(&self, ctx: &Context<'_>, input: HoldPointsInput) -> Result<HoldPointsResult> {
        let app = ctx.data_unchecked::<App>();
        let outcome = holds::hold(app, &input.key, input.user_id, input.points, input.expires_at).await?;
        Ok(match outcome {
            HoldOutcome::Held => HoldPointsResult::Held(PointsHeld { points: input.points }),
            HoldOutcome::NotEnough { available } => {
                HoldPointsResult::NotEnough(NotEnoughPoints { available })
            }
        })
    }

    /// Spends held points, and books the order if they alone pay for it. Returns true.
    async fn commit_points(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key that they are held for.")] key: String,
        #[graphql(desc = "The order, where points alone pay for it; null where a payment books it.")]
        sale: Option<SaleByPointsInput>,
    ) -> Result<bool> {
        let sale = sale.map(|sale| SaleByPoints { currency: sale.currency, split: sale.split.into() });
        holds::commit(ctx.data_unchecked::<App>(), &key, sale.as_ref()).await?;
        Ok(true)
    }

    /// Frees held points, or gives spent ones back. For an unknown key it closes the key, so that a hold still on its way
    /// is refused. Returns true.
    async fn release_points(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key that they are held for.")] key: String,
    ) -> Result<bool> {
        holds::release(ctx.data_unchecked::<App>(), &key).await?;
        Ok(true)
    }
}
