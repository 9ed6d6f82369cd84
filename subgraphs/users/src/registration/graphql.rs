//! Registration in the schema.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use chrono::{DateTime, Utc};
use platform_server::{access, caller};

use crate::account::{PasswordWeak, UserView};
use crate::app::App;
use crate::login::TokensView;
use crate::registration::begin::{self, RegisterOutcome, Registration};
use crate::registration::confirm::{self, ConfirmOutcome};

/// An account to make, once its address is confirmed.
#[derive(InputObject)]
struct RegisterInput {
    /// Where the code goes.
    email: String,
    /// At least 10 characters, and none of the passwords that are tried first.
    password: String,
    /// As others see it; at most 100 characters, and no link.
    name: String,
    /// Language of mails; without it that of the request.
    language: Option<String>,
}

/// A code is on its way to the address; or, where an account has the address, a mail that says so. Which of them is the
/// address's owner's to know.
#[derive(SimpleObject)]
struct RegistrationPending {
    /// What to do next, in words.
    message: &'static str,
    /// To be given to `confirmRegistration` together with the code. Keep it on this device.
    registration: String,
    /// When the registration is over unless it is confirmed before.
    expires_at: DateTime<Utc>,
}

/// Outcome of `register`.
#[derive(Union)]
enum RegisterPayload {
    Pending(RegistrationPending),
    Weak(PasswordWeak),
}

/// The mailed code that completes a registration.
#[derive(InputObject)]
struct ConfirmRegistrationInput {
    /// From `register`.
    registration: String,
    /// From the mail.
    code: String,
    /// What the user may call this device; at most 100 characters.
    device: Option<String>,
}

/// The account is made and logged in.
#[derive(SimpleObject)]
struct RegisterSuccess {
    /// Of the session that begins.
    tokens: TokensView,
    /// The new account.
    user: UserView,
}

/// The code is wrong, or the registration is over: after an hour, or after five wrong codes. Register again for another.
#[derive(SimpleObject)]
struct InvalidRegistrationCode {
    /// The same in words.
    message: &'static str,
}

/// Another account was made with this address since the code was mailed.
#[derive(SimpleObject)]
struct EmailTaken {
    /// The same in words.
    message: &'static str,
}

/// Outcome of `confirmRegistration`.
#[derive(Union)]
#[expect(clippy::large_enum_variant, reason = "lives for one answer")]
enum ConfirmRegistrationPayload {
    Success(RegisterSuccess),
    InvalidCode(InvalidRegistrationCode),
    EmailTaken(EmailTaken),
}

#[derive(Default)]
pub struct RegistrationMutation;

#[Object]
impl RegistrationMutation {
    /// Asks for an account with the role of a buyer: mails a code to the address, at most three in ten minutes. The
    /// answer is the same whether or not an account has the address.
    #[graphql(directive = access::public::apply())]
    async fn register(&self, ctx: &Context<'_>, input: RegisterInput) -> Result<Option<RegisterPayload>> {
        let RegisterInput { email, password, name, language } = input;
        let wanted = Registration { email, password, name, language };
        Ok(Some(match begin::register(ctx.data_unchecked::<App>(), caller(ctx)?, wanted).await? {
            RegisterOutcome::Pending { registration, expires_at } => {
                RegisterPayload::Pending(RegistrationPending {
                    message: "A mail is on its way. Enter the code from it to complete the registration.",
                    registration: registration.expose().to_owned(),
                    expires_at,
                })
            }
            RegisterOutcome::Weak(weakness) => RegisterPayload::Weak(weakness.into()),
        }))
    }

    /// Makes the account that was registered for, and logs it in.
    #[graphql(directive = access::public::apply())]
    async fn confirm_registration(
        &self,
        ctx: &Context<'_>,
        input: ConfirmRegistrationInput,
    ) -> Result<Option<ConfirmRegistrationPayload>> {
        let app = ctx.data_unchecked::<App>();
        let ConfirmRegistrationInput { registration, code, device } = input;
        Ok(Some(match confirm::confirm(app, caller(ctx)?, registration, &code, device).await? {
            ConfirmOutcome::Registered(issued) => ConfirmRegistrationPayload::Success(RegisterSuccess {
                tokens: TokensView::from(&issued),
                user: UserView::own(app, issued.user).await?,
            }),
            ConfirmOutcome::InvalidCode => ConfirmRegistrationPayload::InvalidCode(InvalidRegistrationCode {
                message: "The code is wrong or has expired. Register again for another.",
            }),
            ConfirmOutcome::EmailTaken => ConfirmRegistrationPayload::EmailTaken(EmailTaken {
                message: "An account with this address exists. Log in, or reset its password.",
            }),
        }))
    }
}
