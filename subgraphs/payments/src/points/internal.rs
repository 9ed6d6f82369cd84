//! Points as the checkout drives them.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use chrono::{DateTime, Utc};
use platform_commerce::CurrencyCode;
use platform_core::id::UserId;

use super::service::{HoldOutcome, Points, SaleByPoints};
use crate::payment::SplitInput;

#[derive(InputObject)]
pub struct HoldPointsInput {
    /// Set by the caller; the same key gives the same answer.
    pub key: String,
    pub user_id: UserId,
    pub points: i64,
    pub expires_at: DateTime<Utc>,
}

/// An order that points alone pay for: no payment books it.
#[derive(InputObject)]
pub struct SaleByPointsInput {
    pub currency: CurrencyCode,
    pub split: SplitInput,
}

#[derive(SimpleObject)]
pub struct PointsHeld {
    points: i64,
}

#[derive(SimpleObject)]
pub struct NotEnoughPoints {
    available: i64,
}

#[derive(Union)]
pub enum HoldPointsResult {
    Held(PointsHeld),
    NotEnough(NotEnoughPoints),
}

#[derive(Default)]
pub struct InternalPointsMutation;

#[Object]
impl InternalPointsMutation {
    /// Sets points aside for an order under way.
    async fn hold_points(&self, ctx: &Context<'_>, input: HoldPointsInput) -> Result<HoldPointsResult> {
        let points = ctx.data_unchecked::<Points>();
        let outcome = points.hold(&input.key, input.user_id, input.points, input.expires_at).await?;
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
        key: String,
        sale: Option<SaleByPointsInput>,
    ) -> Result<bool> {
        let sale = sale.map(|sale| SaleByPoints { currency: sale.currency, split: sale.split.into() });
        ctx.data_unchecked::<Points>().commit(&key, sale.as_ref()).await?;
        Ok(true)
    }

    /// Frees held points, or gives spent ones back. Returns true.
    async fn release_points(&self, ctx: &Context<'_>, key: String) -> Result<bool> {
        ctx.data_unchecked::<Points>().release(&key).await?;
        Ok(true)
    }
}
