//! Roles in the schema.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use platform_core::id::{UserId, VendorId};
use platform_identity::Scope;
use platform_server::{access, caller};
use users_entities::user_role::Role;

use crate::account::UserView;
use crate::app::App;
use crate::role::service::{self, Change, Right};

/// A role to give to a user.
#[derive(InputObject)]
struct GrantRoleInput {
    /// Who gets it.
    user_id: UserId,
    /// The role to give.
    role: Role,
}

/// A role to take from a user.
#[derive(InputObject)]
struct RevokeRoleInput {
    /// Who loses it.
    user_id: UserId,
    /// The role to take.
    role: Role,
}

/// A vendor to let a user act for.
#[derive(InputObject)]
struct GrantVendorMembershipInput {
    /// Who acts for it, while having the role SELLER.
    user_id: UserId,
    /// The vendor to act for.
    vendor_id: VendorId,
}

/// A vendor to let a user act for no longer.
#[derive(InputObject)]
struct RevokeVendorMembershipInput {
    /// Who acts for it.
    user_id: UserId,
    /// The vendor that is acted for.
    vendor_id: VendorId,
}

/// What a user may do has changed, or was so before. A change ends the access tokens from before it within five
/// seconds; clients refresh theirs.
#[derive(SimpleObject)]
struct RightsChanged {
    /// The user as it is now.
    user: UserView,
    /// False if it was so before.
    changed: bool,
}

/// Refused: nobody would be left to administer the installation.
#[derive(SimpleObject)]
struct LastAdmin {
    /// What to do, in words.
    message: &'static str,
}

/// Outcome of `revokeRole`.
#[derive(Union)]
#[expect(clippy::large_enum_variant, reason = "lives for one answer")]
enum RevokeRolePayload {
    Changed(RightsChanged),
    LastAdmin(LastAdmin),
}

#[derive(Default)]
pub struct RoleMutation;

/// A change of rights ends the access tokens from before it within five seconds; clients refresh theirs.
#[Object]
impl RoleMutation {
    /// Gives a user a role.
    #[graphql(directive = access::scope::apply(Scope::RolesGrant))]
    async fn grant_role(&self, ctx: &Context<'_>, input: GrantRoleInput) -> Result<Option<RightsChanged>> {
        grant(ctx, input.user_id, Right::Role(input.role)).await.map(Some)
    }

    /// Takes a role from a user.
    #[graphql(directive = access::scope::apply(Scope::RolesGrant))]
    async fn revoke_role(
        &self,
        ctx: &Context<'_>,
        input: RevokeRoleInput,
    ) -> Result<Option<RevokeRolePayload>> {
        revoke(ctx, input.user_id, Right::Role(input.role)).await.map(Some)
    }

    /// Lets a seller act for a vendor.
    #[graphql(directive = access::scope::apply(Scope::RolesGrant))]
    async fn grant_vendor_membership(
        &self,
        ctx: &Context<'_>,
        input: GrantVendorMembershipInput,
    ) -> Result<Option<RightsChanged>> {
        grant(ctx, input.user_id, Right::Vendor(input.vendor_id)).await.map(Some)
    }

    /// Lets a seller no longer act for a vendor.
    #[graphql(directive = access::scope::apply(Scope::RolesGrant))]
    async fn revoke_vendor_membership(
        &self,
        ctx: &Context<'_>,
        input: RevokeVendorMembershipInput,
    ) -> Result<Option<RightsChanged>> {
        let app = ctx.data_unchecked::<App>();
        let change =
            service::revoke(app, caller(ctx)?, input.user_id, Right::Vendor(input.vendor_id)).await?;
        changed(app, input.user_id, change).await.map(Some)
    }
}

async fn grant(ctx: &Context<'_>, user: UserId, right: Right) -> Result<RightsChanged> {
    let app = ctx.data_unchecked::<App>();
    let change = service::grant(app, caller(ctx)?, user, right).await?;
    changed(app, user, change).await
}

async fn revoke(ctx: &Context<'_>, user: UserId, right: Right) -> Result<RevokeRolePayload> {
    let app = ctx.data_unchecked::<App>();
    Ok(match service::revoke(app, caller(ctx)?, user, right).await? {
        Change::LastAdmin => RevokeRolePayload::LastAdmin(LastAdmin {
            message: "This is the last administrator. Make somebody else one first.",
        }),
        change => RevokeRolePayload::Changed(changed(app, user, change).await?),
    })
}

async fn changed(app: &App, user: UserId, change: Change) -> Result<RightsChanged> {
    Ok(RightsChanged { user: UserView::own(app, user).await?, changed: change == Change::Made })
}
