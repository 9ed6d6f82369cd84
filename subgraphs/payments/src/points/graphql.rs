//! Points as their owner sees them.

use std::collections::HashMap;

use async_graphql::dataloader::{DataLoader, Loader};
use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use payments_entities::points_account::Model;
use platform_commerce::CurrencyCode;
use platform_core::id::UserId;
use platform_database::StoreError;
use platform_identity::Scope;
use platform_server::access;
use platform_text::line;

use super::earn::earned_by;
use super::error::PointsError;
use super::grant::grant;
use super::store;
use crate::app::App;

/// The most characters of what points are given for.
const MAX_REFERENCE: usize = 200;

/// A customer's points. One is worth one minor unit of the order's currency.
pub struct PointsAccount {
    pub user: UserId,
    /// `None` of one who never had any.
    pub row: Option<Model>,
}

/// A customer's points. One is worth one minor unit of the order's currency, such as a cent.
#[Object]
impl PointsAccount {
    /// Points that the customer has, held ones included.
    async fn balance(&self) -> i64 {
        self.row.as_ref().map_or(0, |a| a.balance)
    }

    /// Points that can be spent now.
    async fn available(&self) -> i64 {
        self.row.as_ref().map_or(0, |a| a.balance.saturating_sub(a.held))
    }

    /// Points of delivered orders, which can be spent once those are completed; what is refunded until then lowers them.
    async fn pending(&self, ctx: &Context<'_>) -> Result<i64> {
        let loader = ctx.data_unchecked::<DataLoader<PendingPoints>>();
        Ok(loader.load_one(self.user).await?.unwrap_or_default())
    }
}

/// How many points of users are pending.
pub struct PendingPoints(pub App);

impl Loader<UserId> for PendingPoints {
    type Value = i64;
    type Error = StoreError;

    async fn load(&self, users: &[UserId]) -> Result<HashMap<UserId, i64>, StoreError> {
        let mut pending = HashMap::new();
        for (user, _, kept) in store::pending(self.0.database(), users).await? {
            *pending.entry(user).or_insert(0) += earned_by(&self.0, kept);
        }
        Ok(pending)
    }
}

/// Points to give to a customer.
#[derive(InputObject)]
pub struct GrantPointsInput {
    /// Who gets them: a user that there is.
    pub user_id: UserId,
    /// 1 to 10000000; an account comes to hold at most 1000000000 by gifts.
    pub points: i64,
    /// What they are given for, in at most 200 characters; points are given once for each. With the same user, number
    /// and currency again nothing happens; with others it is refused as IDEMPOTENCY_KEY_REUSED.
    pub reference: String,
    /// The currency that their cost is booked in.
    pub currency: CurrencyCode,
}

/// The points were given, or had been for the same reference before.
#[derive(SimpleObject)]
pub struct GrantPointsPayload {
    /// The customer's points as they are now.
    points: PointsAccount,
}

#[derive(Default)]
pub struct PointsMutation;

#[Object]
impl PointsMutation {
    /// Gives points at the platform's expense.
    #[graphql(directive = access::scope::apply(Scope::PaymentsManage))]
    async fn grant_points(
        &self,
        ctx: &Context<'_>,
        input: GrantPointsInput,
    ) -> Result<Option<GrantPointsPayload>> {
        let app = ctx.data_unchecked::<App>();
        let reference = line("reference", &input.reference, MAX_REFERENCE).map_err(PointsError::from)?;
        grant(app, input.user_id, input.points, &reference, input.currency).await?;
        let account = store::account(app.database().read(), input.user_id).await?;
        let points = PointsAccount { user: input.user_id, row: account };
        Ok(Some(GrantPointsPayload { points }))
    }
}
