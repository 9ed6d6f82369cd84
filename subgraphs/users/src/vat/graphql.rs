//! VAT ids in the schema.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use platform_core::id::UserId;
use platform_identity::{Policy, Scope};
use platform_server::{access, caller};
use users_entities::vat_id;

use super::service::{self, VatIdError};
use crate::account::UserView;
use crate::app::App;

/// The VAT id of a user who buys for a business.
#[derive(SimpleObject)]
#[graphql(name = "VatId")]
pub struct VatIdView {
    /// With its country's prefix, such as DE123456789.
    vat_id: String,
    /// When staff marked it valid; null as long as it exempts from nothing.
    validated_at: Option<DateTime<Utc>>,
}

impl From<vat_id::Model> for VatIdView {
    fn from(row: vat_id::Model) -> Self {
        Self { vat_id: row.vat_id, validated_at: row.validated_at }
    }
}

/// The caller's VAT id, to set or to take away.
#[derive(InputObject)]
struct SetVatIdInput {
    /// With its country's prefix; null takes it away. Another one has to be validated again.
    vat_id: Option<String>,
}

/// A user's VAT id that staff have checked.
#[derive(InputObject)]
struct ValidateVatIdInput {
    /// Whose id it is.
    user_id: UserId,
    /// The id that was checked; refused if the user has another by now.
    vat_id: String,
    /// False takes the mark away.
    #[graphql(default = true)]
    valid: bool,
}

/// The user, with the VAT id as it stands now.
#[derive(SimpleObject)]
struct VatIdPayload {
    /// Whose id it is.
    user: UserView,
}

#[derive(Default)]
pub struct VatIdMutation;

#[Object]
impl VatIdMutation {
    /// Sets the caller's VAT id. Its form is checked by its country; it exempts from nothing before staff validate it.
    #[graphql(directive = access::policy::apply(Policy::User))]
    async fn set_vat_id(&self, ctx: &Context<'_>, input: SetVatIdInput) -> Result<Option<VatIdPayload>> {
        let app = ctx.data_unchecked::<App>();
        let caller = caller(ctx)?;
        let user = caller.user.ok_or(VatIdError::NotAUser)?;
        service::set(app, caller, user, input.vat_id.as_deref()).await?;
        Ok(Some(VatIdPayload { user: UserView::own(app, user).await? }))
    }

    /// Marks a user's VAT id valid: orders that name it and go across the border are exempt from then on.
    #[graphql(directive = access::scope::apply(Scope::UsersManage))]
    async fn validate_vat_id(
        &self,
        ctx: &Context<'_>,
        input: ValidateVatIdInput,
    ) -> Result<Option<VatIdPayload>> {
        let app = ctx.data_unchecked::<App>();
        service::validate(app, caller(ctx)?, input.user_id, &input.vat_id, input.valid).await?;
        Ok(Some(VatIdPayload { user: UserView::own(app, input.user_id).await? }))
    }
}
