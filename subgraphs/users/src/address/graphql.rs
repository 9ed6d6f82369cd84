//! Address books in the schema.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use platform_core::id::{AddressId, UserId};
use platform_server::{access, caller};
use platform_text::PostalDraft;
use users_entities::address;

use crate::account::UserView;
use crate::address::service::{self, AddressError, Defaults};
use crate::app::App;

/// A place in a user's address book.
#[derive(SimpleObject)]
#[graphql(name = "Address")]
pub struct AddressView {
    id: ID,
    /// Who receives there.
    recipient: String,
    company: Option<String>,
    line1: String,
    line2: Option<String>,
    city: String,
    /// State, province or prefecture.
    region: Option<String>,
    postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    country: String,
    phone: Option<String>,
    default_shipping: bool,
    default_billing: bool,
}

impl From<address::Model> for AddressView {
    fn from(row: address::Model) -> Self {
        Self {
            id: row.id.to_graphql(),
            recipient: row.recipient,
            company: row.company,
            line1: row.line1,
            line2: row.line2,
            city: row.city,
            region: row.region,
            postal_code: row.postal_code,
            country: row.country,
            phone: row.phone,
            default_shipping: row.default_shipping,
            default_billing: row.default_billing,
        }
    }
}

/// What an address is the default for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
enum AddressUse {
    Shipping,
    Billing,
}

fn defaults(uses: &[AddressUse]) -> Defaults {
    Defaults { shipping: uses.contains(&AddressUse::Shipping), billing: uses.contains(&AddressUse::Billing) }
}

/// Each line has at most 100 characters.
#[derive(InputObject)]
struct AddressInput {
    recipient: String,
    company: Option<String>,
    line1: String,
    line2: Option<String>,
    city: String,
    region: Option<String>,
    postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    country: String,
    phone: Option<String>,
}

impl From<AddressInput> for PostalDraft {
    fn from(input: AddressInput) -> Self {
        let AddressInput { recipient, company, line1, line2, city, region, postal_code, country, phone } =
            input;
        Self { recipient, company, line1, line2, city, region, postal_code, country, phone }
    }
}

#[derive(InputObject)]
struct AddAddressInput {
    address: AddressInput,
    /// A user's first address is the default for everything.
    #[graphql(default)]
    default_for: Vec<AddressUse>,
}

#[derive(InputObject)]
struct UpdateAddressInput {
    id: AddressId,
    /// Replaces the address as a whole.
    address: AddressInput,
}

#[derive(InputObject)]
struct RemoveAddressInput {
    id: AddressId,
}

#[derive(InputObject)]
struct SetDefaultAddressInput {
    id: AddressId,
    default_for: Vec<AddressUse>,
}

#[derive(SimpleObject)]
struct AddressPayload {
    address: AddressView,
    user: UserView,
}

#[derive(SimpleObject)]
struct RemoveAddressPayload {
    user: UserView,
}

#[derive(Default)]
pub struct AddressMutation;

#[Object]
impl AddressMutation {
    /// Adds to the caller's address book; at most 50 addresses.
    #[graphql(directive = access::policy::apply(vec![vec!["user".into()]]))]
    async fn add_address(&self, ctx: &Context<'_>, input: AddAddressInput) -> Result<Option<AddressPayload>> {
        let (app, user) = owner(ctx)?;
        let defaults = defaults(&input.default_for);
        let added = service::add(app, caller(ctx)?, user, &input.address.into(), defaults).await?;
        payload(app, user, added).await.map(Some)
    }

    /// Replaces one of the caller's addresses.
    #[graphql(directive = access::policy::apply(vec![vec!["user".into()]]))]
    async fn update_address(
        &self,
        ctx: &Context<'_>,
        input: UpdateAddressInput,
    ) -> Result<Option<AddressPayload>> {
        let (app, user) = owner(ctx)?;
        let updated = service::update(app, caller(ctx)?, user, input.id, &input.address.into()).await?;
        payload(app, user, updated).await.map(Some)
    }

    /// Removes one of the caller's addresses. No other becomes a default in its place.
    #[graphql(directive = access::policy::apply(vec![vec!["user".into()]]))]
    async fn remove_address(
        &self,
        ctx: &Context<'_>,
        input: RemoveAddressInput,
    ) -> Result<Option<RemoveAddressPayload>> {
        let (app, user) = owner(ctx)?;
        service::remove(app, caller(ctx)?, user, input.id).await?;
        Ok(Some(RemoveAddressPayload { user: UserView::own(app, user).await? }))
    }

    /// Makes one of the caller's addresses a default.
    #[graphql(directive = access::policy::apply(vec![vec!["user".into()]]))]
    async fn set_default_address(
        &self,
        ctx: &Context<'_>,
        input: SetDefaultAddressInput,
    ) -> Result<Option<AddressPayload>> {
        let (app, user) = owner(ctx)?;
        let defaults = defaults(&input.default_for);
        let updated = service::set_default(app, caller(ctx)?, user, input.id, defaults).await?;
        payload(app, user, updated).await.map(Some)
    }
}

fn owner<'a>(ctx: &Context<'a>) -> Result<(&'a App, UserId)> {
    Ok((ctx.data_unchecked::<App>(), caller(ctx)?.user.ok_or(AddressError::NotAUser)?))
}

async fn payload(app: &App, user: UserId, row: address::Model) -> Result<AddressPayload> {
    Ok(AddressPayload { address: row.into(), user: UserView::own(app, user).await? })
}
