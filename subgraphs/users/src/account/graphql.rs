//! Accounts in the schema.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject, Union};
use platform_core::id::{UserId, VendorId};
use platform_core::page::{Connection, Page};
use platform_identity::{Policy, Scope};
use platform_server::{access, caller, rows};
use platform_text::Email;
use users_entities::user;
use users_entities::user_role::Role;

use crate::account::error::AccountError;
use crate::account::password::{self, ChangeOutcome};
use crate::account::profile::{self, ProfileChange};
use crate::account::status;
use crate::account::store::{self, UserFilter};
use crate::account::view::{PublicProfileView, UserView};
use crate::app::App;
use crate::password::PasswordWeakness;

/// The new password is not accepted.
#[derive(SimpleObject)]
#[graphql(name = "WeakPassword")]
pub struct PasswordWeak {
    /// What is wrong with it.
    reason: PasswordWeakness,
    /// What to do about it, in words.
    message: &'static str,
}

impl From<PasswordWeakness> for PasswordWeak {
    fn from(reason: PasswordWeakness) -> Self {
        let message = match reason {
            PasswordWeakness::TooShort => "Use at least 10 characters.",
            PasswordWeakness::TooLong => "Use at most 1,024 bytes.",
            PasswordWeakness::TooCommon => {
                "This is among the passwords that are tried first. Choose another."
            }
            PasswordWeakness::ContainsEmail => "Do not use your email address in the password.",
        };
        Self { reason, message }
    }
}

/// A change of the caller's profile. What is absent stays as it is.
#[derive(InputObject)]
struct UpdateProfileInput {
    /// As others see it: one line of at most 100 characters, and no link. Null leaves it as it is.
    name: Option<String>,
    /// An https URL of at most 500 characters, without a user name and password in it. Null removes it.
    picture_url: MaybeUndefined<String>,
    /// Telephone number: 5 to 15 digits after an optional `+`. Null removes it.
    phone: MaybeUndefined<String>,
    /// Language of mails, as a BCP 47 tag such as `de`. Null leaves it as it is.
    language: Option<String>,
}

/// The profile was stored.
#[derive(SimpleObject)]
struct UpdateProfilePayload {
    /// The user as it is now.
    user: UserView,
}

/// A new password for the caller.
#[derive(InputObject)]
struct ChangePasswordInput {
    /// The password that the caller logs in with so far.
    current_password: String,
    /// At least 10 characters, and none of the passwords that are tried first.
    new_password: String,
}

/// The password was changed.
#[derive(SimpleObject)]
struct ChangePasswordSuccess {
    /// How many other sessions of the caller were ended; they have to log in again.
    ended_sessions: usize,
}

/// The current password is another one. After several failures it counts as wrong for a while.
#[derive(SimpleObject)]
struct WrongPassword {
    /// The same in words.
    message: &'static str,
}

/// Outcome of `changePassword`.
#[derive(Union)]
enum ChangePasswordPayload {
    Success(ChangePasswordSuccess),
    Wrong(WrongPassword),
    Weak(PasswordWeak),
}

/// A user to shut out.
#[derive(InputObject)]
struct BlockUserInput {
    /// Any user but the caller.
    user_id: UserId,
}

/// A user to let in again.
#[derive(InputObject)]
struct UnblockUserInput {
    /// A user that is BLOCKED; one that is ACTIVE stays as it is.
    user_id: UserId,
}

/// The user is blocked or unblocked.
#[derive(SimpleObject)]
struct UserStatusPayload {
    /// The user as it is now.
    user: UserView,
    /// False if it was so before.
    changed: bool,
}

/// Which users; every field that is given must hold.
#[derive(InputObject)]
struct UserFilterInput {
    /// Users with one of these roles.
    roles: Option<Vec<Role>>,
    /// Users with this status.
    status: Option<user::Status>,
    /// The whole address, in any Unicode form.
    email: Option<String>,
    /// Users who act for this vendor.
    vendor_id: Option<VendorId>,
}

fn parse_email(written: String) -> Result<(Email, String), AccountError> {
    Ok((Email::parse("email", &written)?, written))
}

#[derive(Default)]
pub struct AccountQuery;

#[Object]
impl AccountQuery {
    /// The caller; null for one who is no user.
    #[graphql(directive = access::public::apply())]
    async fn me(&self, ctx: &Context<'_>) -> Result<Option<UserView>> {
        match caller(ctx)?.user {
            Some(user) => load_visible(ctx, user).await,
            None => Ok(None),
        }
    }

    /// A user; null for one whom the caller may not see.
    #[graphql(directive = access::authenticated::apply())]
    async fn user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of `User.id`.")] id: ID,
    ) -> Result<Option<UserView>> {
        match id.parse() {
            Ok(id) => load_visible(ctx, id).await,
            Err(_) => Ok(None),
        }
    }

    /// What anybody sees of a user; null if there is none.
    #[graphql(directive = access::public::apply())]
    async fn public_profile(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of `User.id`.")] id: ID,
    ) -> Result<Option<PublicProfileView>> {
        load_profile(ctx, &id).await
    }

    /// Users, the newest first.
    #[graphql(directive = access::scope::apply(Scope::UsersRead))]
    async fn users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "All users unless given.")] filter: Option<UserFilterInput>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<UserView>>> {
        let filter = match filter {
            None => UserFilter::default(),
            Some(filter) => UserFilter {
                roles: filter.roles,
                status: filter.status,
                email: filter.email.map(parse_email).transpose()?,
                vendor: filter.vendor_id,
                ..UserFilter::default()
            },
        };
        list(ctx, filter, first, after).await.map(Some)
    }

    /// Users of support and administration.
    #[graphql(directive = access::scope::apply(Scope::UsersRead))]
    async fn staff(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<UserView>>> {
        let filter = UserFilter { roles: Some(vec![Role::Support, Role::Admin]), ..UserFilter::default() };
        list(ctx, filter, first, after).await.map(Some)
    }

    #[graphql(entity)]
    async fn find_user_by_id(&self, ctx: &Context<'_>, id: ID) -> Result<Option<UserView>> {
        match id.parse() {
            Ok(id) => load_visible(ctx, id).await,
            Err(_) => Ok(None),
        }
    }

    #[graphql(entity)]
    async fn find_public_profile_by_id(
        &self,
        ctx: &Context<'_>,
        id: ID,
    ) -> Result<Option<PublicProfileView>> {
        load_profile(ctx, &id).await
    }
}

async fn load_visible(ctx: &Context<'_>, id: UserId) -> Result<Option<UserView>> {
    let loaded = rows(ctx).by_id::<user::Entity>(id).await;
    let caller = caller(ctx)?;
    Ok(loaded?.and_then(|user| UserView::visible(user, caller)))
}

async fn load_profile(ctx: &Context<'_>, id: &ID) -> Result<Option<PublicProfileView>> {
    let Ok(id) = id.parse::<UserId>() else { return Ok(None) };
    Ok(rows(ctx).by_id::<user::Entity>(id).await?.map(PublicProfileView::from))
}

async fn list(
    ctx: &Context<'_>,
    filter: UserFilter,
    first: Option<i32>,
    after: Option<String>,
) -> Result<Connection<UserView>> {
    let app = ctx.data_unchecked::<App>();
    let caller = caller(ctx)?;
    let page = Page::parse(first, after.as_deref())?;
    let filter = UserFilter { demo: app.config.demo, ..filter };
    let rows = store::list(app.database(), filter, &page).await?;
    Ok(page.connection(rows, |row| row.id, |row| UserView::visible(row, caller)))
}

#[derive(Default)]
pub struct AccountMutation;

#[Object]
impl AccountMutation {
    /// Changes the caller's profile.
    #[graphql(directive = access::policy::apply(Policy::User))]
    async fn update_profile(
        &self,
        ctx: &Context<'_>,
        input: UpdateProfileInput,
    ) -> Result<Option<UpdateProfilePayload>> {
        let app = ctx.data_unchecked::<App>();
        let caller = caller(ctx)?;
        let user = caller.user.ok_or(AccountError::NotAUser)?;
        let UpdateProfileInput { name, picture_url, phone, language } = input;
        profile::update(app, caller, user, ProfileChange { name, picture_url, phone, language }).await?;
        Ok(Some(UpdateProfilePayload { user: UserView::own(app, user).await? }))
    }

    /// Changes the caller's password and ends the caller's other sessions.
    #[graphql(directive = access::policy::apply(Policy::User))]
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        input: ChangePasswordInput,
    ) -> Result<Option<ChangePasswordPayload>> {
        let app = ctx.data_unchecked::<App>();
        Ok(Some(
            match password::change(app, caller(ctx)?, input.current_password, input.new_password).await? {
                ChangeOutcome::Changed { ended_sessions } => {
                    ChangePasswordPayload::Success(ChangePasswordSuccess { ended_sessions })
                }
                ChangeOutcome::WrongPassword => {
                    ChangePasswordPayload::Wrong(WrongPassword { message: "The current password is wrong." })
                }
                ChangeOutcome::Weak(weakness) => ChangePasswordPayload::Weak(weakness.into()),
            },
        ))
    }

    /// Ends all sessions of a user and lets it log in no more.
    #[graphql(directive = access::scope::apply(Scope::UsersManage))]
    async fn block_user(
        &self,
        ctx: &Context<'_>,
        input: BlockUserInput,
    ) -> Result<Option<UserStatusPayload>> {
        set_status(ctx, input.user_id, user::Status::Blocked).await.map(Some)
    }

    /// Lets a blocked user log in again.
    #[graphql(directive = access::scope::apply(Scope::UsersManage))]
    async fn unblock_user(
        &self,
        ctx: &Context<'_>,
        input: UnblockUserInput,
    ) -> Result<Option<UserStatusPayload>> {
        set_status(ctx, input.user_id, user::Status::Active).await.map(Some)
    }
}

async fn set_status(ctx: &Context<'_>, user: UserId, status: user::Status) -> Result<UserStatusPayload> {
    let app = ctx.data_unchecked::<App>();
    let changed = status::set(app, caller(ctx)?, user, status).await?;
    Ok(UserStatusPayload { user: UserView::own(app, user).await?, changed })
}
