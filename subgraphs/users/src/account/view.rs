//! `User` and `PublicProfile`.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use platform_core::id::UserId;
use platform_core::page::{Connection, Page};
use platform_identity::{Identity, Scope};
use platform_server::rows;
use users_entities::user_role::Role;
use users_entities::{user, vat_id};

use crate::account::error::AccountError;
use crate::address::{AddressView, Book};
use crate::app::App;
use crate::role::{Memberships, Roles, roles_in_force, vendors_in_force};
use crate::store;
use crate::vat::VatIdView;

/// A vendor that sells in the shop.
#[derive(SimpleObject)]
#[graphql(name = "Vendor", unresolvable = "id")]
pub struct VendorStub {
    /// Identifier, by which filters and inputs name the vendor.
    id: ID,
}

#[derive(Clone)]
pub struct UserView(user::Model);

impl UserView {
    /// The user, if `caller` may see it.
    pub fn visible(user: user::Model, caller: &Identity) -> Option<Self> {
        caller.may_see(user.id, Scope::UsersRead).then_some(Self(user))
    }

    /// The user for one who has just proved to be it, or who has just changed it as staff may.
    pub async fn own(app: &App, user: UserId) -> Result<Self, AccountError> {
        let found = store::user::find(app.database().read(), user).await?;
        Ok(Self(found.ok_or(AccountError::NoSuchUser)?))
    }
}

/// Whether the demo is on.
fn is_demo(ctx: &Context<'_>) -> bool {
    ctx.data_unchecked::<App>().config.demo
}

/// A person with an account. Seen by its owner and by staff; what others see is `PublicProfile`.
#[Object(name = "User")]
impl UserView {
    /// Identifier of the user.
    async fn id(&self) -> ID {
        self.0.id.to_graphql()
    }

    /// The address that the user logs in with and gets mail at, in lower case.
    async fn email(&self) -> &str {
        &self.0.email
    }

    /// Whether the user has shown to get mail there.
    async fn email_verified(&self) -> bool {
        self.0.email_verified_at.is_some()
    }

    /// As others see it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// An https URL of the user's picture; null if there is none.
    async fn picture_url(&self) -> Option<&str> {
        self.0.picture_url.as_deref()
    }

    /// Telephone number: digits after an optional `+`; null if none was given.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// Language of mails, as a BCP 47 tag.
    async fn language(&self) -> &str {
        &self.0.language
    }

    /// Whether the user may log in.
    async fn status(&self) -> user::Status {
        self.0.status
    }

    /// The user's roles, which say what the user may do.
    async fn roles(&self, ctx: &Context<'_>) -> Result<Vec<Role>> {
        let given = rows(ctx).of::<Roles>(self.0.id).await?;
        Ok(roles_in_force(given, is_demo(ctx)))
    }

    /// The vendors for which the user acts as a seller.
    #[graphql(directive = platform_server::cost::list::apply(5))]
    async fn vendors(&self, ctx: &Context<'_>) -> Result<Vec<VendorStub>> {
        let given = rows(ctx).of::<Memberships>(self.0.id).await?;
        let vendors = vendors_in_force(given, is_demo(ctx));
        Ok(vendors.into_iter().map(|vendor| VendorStub { id: vendor.to_graphql() }).collect())
    }

    /// The address book, in the order of its making.
    async fn addresses(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<AddressView>> {
        let page = Page::parse(first, after.as_deref())?;
        let mut book = rows(ctx).of::<Book>(self.0.id).await?;
        if let Some(after) = page.after {
            book.retain(|row| row.id > after);
        }
        Ok(page.connection(book, |row| row.id, AddressView::from))
    }

    /// The address that the user made the default for deliveries; null if there is none.
    async fn default_shipping_address(&self, ctx: &Context<'_>) -> Result<Option<AddressView>> {
        let book = rows(ctx).of::<Book>(self.0.id).await?;
        Ok(book.into_iter().find(|row| row.default_shipping).map(AddressView::from))
    }

    /// The address that the user made the default for bills; null if there is none.
    async fn default_billing_address(&self, ctx: &Context<'_>) -> Result<Option<AddressView>> {
        let book = rows(ctx).of::<Book>(self.0.id).await?;
        Ok(book.into_iter().find(|row| row.default_billing).map(AddressView::from))
    }

    /// The VAT id of a user who buys for a business; null of others.
    async fn vat_id(&self, ctx: &Context<'_>) -> Result<Option<VatIdView>> {
        Ok(rows(ctx).by_id::<vat_id::Entity>(self.0.id).await?.map(Into::into))
    }

    /// What others see.
    async fn profile(&self) -> PublicProfileView {
        PublicProfileView::from(self.0.clone())
    }

    /// When the account was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// What anybody sees of a user.
#[derive(SimpleObject)]
#[graphql(name = "PublicProfile")]
pub struct PublicProfileView {
    /// Identifier of the user.
    id: ID,
    /// The name that the user goes by.
    name: String,
    /// An https URL of the user's picture; null if there is none.
    picture_url: Option<String>,
}

impl From<user::Model> for PublicProfileView {
    fn from(user: user::Model) -> Self {
        Self { id: user.id.to_graphql(), name: user.name, picture_url: user.picture_url }
    }
}
