//! Address books in the schema.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use platform_core::id::{AddressId, UserId};
use platform_identity::Policy;
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
    /// Identifier, by which inputs name the address.
    id: ID,
    /// Who receives there.
    recipient: String,
    /// Company of the recipient; null if none was given.
    company: Option<String>,
    /// Street and number.
    line1: String,
    /// More of the address, such as a floor; null if none was given.
    line2: Option<String>,
    /// Town or city.
    city: String,
    /// State, province or prefecture.
    region: Option<String>,
    /// As the country writes it; null if none was given.
    postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    country: String,
    /// Telephone number: digits after an optional `+`; null if none was given.
    phone: Option<String>,
    /// Whether it is the default for deliveries.
    default_shipping: bool,
    /// Whether it is the default for bills.
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
    /// Deliveries: where goods go.
    Shipping,
    /// Bills: whom they name.
    Billing,
}

fn defaults(uses: &[AddressUse]) -> Defaults {
    Defaults { shipping: uses.contains(&AddressUse::Shipping), billing: uses.contains(&AddressUse::Billing) }
}

/// A postal address: lines of at most 100 characters.
#[derive(InputObject)]
struct AddressInput {
    /// Who receives there.
    recipient: String,
    /// Company of the recipient.
    company: Option<String>,
    /// Street and number.
    line1: String,
    /// More of the address, such as a floor.
    line2: Option<String>,
    /// Town or city.
    city: String,
    /// State, province or prefecture.
    region: Option<String>,
    /// At most 20 characters, of the country's shape where that is known; some countries have none.
    postal_code: Option<String>,
    /// ISO 3166-1 alpha-2, in either case.
    country: String,
    /// Telephone number: 5 to 15 digits after an optional `+`.
    phone: Option<String>,
}

impl From<AddressInput> for PostalDraft {
    fn from(input: AddressInput) -> Self {
        let AddressInput { recipient, company, line1, line2, city, region, postal_code, country, phone } =
            input;
        Self { recipient, company, line1, line2, city, region, postal_code, country, phone }
    }
}

/// An address to add to the caller's address book.
#[derive(InputObject)]
struct AddAddressInput {
    /// What the address says.
    address: AddressInput,
    /// What it becomes the default for; a user's first address is the default for everything.
    #[graphql(default)]
    default_for: Vec<AddressUse>,
}

/// One of the caller's addresses, to say something else. It stays the default for what it is.
#[derive(InputObject)]
struct UpdateAddressInput {
    /// One of the caller's own.
    id: AddressId,
    /// Replaces the address as a whole.
    address: AddressInput,
}

/// An address to take out of the caller's address book.
#[derive(InputObject)]
struct RemoveAddressInput {
    /// One of the caller's own.
    id: AddressId,
}

/// One of the caller's addresses, to become a default.
#[derive(InputObject)]
struct SetDefaultAddressInput {
    /// One of the caller's own.
    id: AddressId,
    /// What it becomes the default for, in place of another; it stays the default for what it is.
    default_for: Vec<AddressUse>,
}

/// The address was stored.
#[derive(SimpleObject)]
struct AddressPayload {
    /// The address as it is now.
    address: AddressView,
    /// Whose address book it is in.
    user: UserView,
}

/// The address was removed.
#[derive(SimpleObject)]
struct RemoveAddressPayload {
    /// Whose address book it was in.
    user: UserView,
}

#[derive(Default)]
pub struct AddressMutation;

#[Object]
impl AddressMutation {
    /// Adds to the caller's address book; at most 50 addresses.
    #[graphql(directive = access::policy::apply(Policy::User))]
    async fn add_address(&self, ctx: &Context<'_>, input: AddAddressInput) -> Result<Option<AddressPayload>> {
        let (app, user) = owner(ctx)?;
        let defaults = defaults(&input.default_for);
        let added = service::add(app, caller(ctx)?, user, &input.address.into(), defaults).await?;
        payload(app, user, added).await.map(Some)
    }

    /// Replaces one of the caller's addresses.
    #[graphql(directive = access::policy::apply(Policy::User))]
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
    #[graphql(directive = access::policy::apply(Policy::User))]
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
    #[graphql(directive = access::policy::apply(Policy::User))]
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
