//! What payments adds to the entities of other subgraphs: a user's means of payment and points, a vendor's balance.

use async_graphql::{Context, ID, Object, Result};
use payments_entities::points_account;
use platform_commerce::Money;
use platform_core::id::{UserId, VendorId};
use platform_identity::Scope;
use platform_server::{access, caller, rows};

use crate::ledger;
use crate::method::{OfUser, PaymentMethod};
use crate::points::PointsAccount;

/// A user, whose means of payment and points live here.
pub struct User {
    id: ID,
}

impl User {
    /// The user's id, if the caller is that user or may read all payments.
    fn visible_to(&self, ctx: &Context<'_>) -> Result<Option<UserId>> {
        let caller = caller(ctx)?;
        let id = self.id.parse::<UserId>().ok();
        Ok(id.filter(|id| caller.may_see(*id, Scope::PaymentsRead)))
    }
}

/// A person with an account. Seen by its owner and by staff; what others see is `PublicProfile`.
#[Object]
impl User {
    /// Identifier of the user.
    async fn id(&self) -> &ID {
        &self.id
    }

    /// The user's saved means of payment; null for strangers.
    #[graphql(directive = access::authenticated::apply(), directive = platform_server::cost::list::apply(5))]
    async fn payment_methods(&self, ctx: &Context<'_>) -> Result<Option<Vec<PaymentMethod>>> {
        let Some(user) = self.visible_to(ctx)? else { return Ok(None) };
        let methods = rows(ctx).of::<OfUser>(user).await?;
        Ok(Some(methods.into_iter().map(PaymentMethod).collect()))
    }

    /// The user's points; null for strangers.
    #[graphql(directive = access::authenticated::apply())]
    async fn points(&self, ctx: &Context<'_>) -> Result<Option<PointsAccount>> {
        let Some(user) = self.visible_to(ctx)? else { return Ok(None) };
        let row = rows(ctx).by_id::<points_account::Entity>(user).await?;
        Ok(Some(PointsAccount { user, row }))
    }
}

/// A vendor, whose balance lives here.
pub struct Vendor {
    id: ID,
}

/// A vendor that sells in the shop.
#[Object]
impl Vendor {
    /// Identifier, by which filters and inputs name the vendor.
    async fn id(&self) -> &ID {
        &self.id
    }

    /// What the vendor is owed, an amount for each currency; null for others than the vendor and staff.
    #[graphql(directive = access::authenticated::apply(), directive = platform_server::cost::list::apply(3))]
    async fn balance(&self, ctx: &Context<'_>) -> Result<Option<Vec<Money>>> {
        let Ok(id) = self.id.parse::<VendorId>() else { return Ok(None) };
        // What a vendor earns is its people's to see; no partner's key may have a scope on money.
        if !caller(ctx)?.may_see_of_vendor(id, Scope::LedgerRead) {
            return Ok(None);
        }
        ledger::vendor_balance(ctx, id).await.map(Some)
    }
}

#[derive(Default)]
pub struct ExtensionQuery;

#[Object]
impl ExtensionQuery {
    #[graphql(entity)]
    async fn find_user_by_id(&self, id: ID) -> User {
        User { id }
    }

    #[graphql(entity)]
    async fn find_vendor_by_id(&self, id: ID) -> Vendor {
        Vendor { id }
    }
}
