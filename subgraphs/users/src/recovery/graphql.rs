//! Password reset and verification in the schema.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use platform_identity::Policy;
use platform_server::{access, caller};

use crate::account::PasswordWeak;
use crate::app::App;
use crate::recovery::service::{self, ResetOutcome};

/// Whose password is forgotten.
#[derive(InputObject)]
struct RequestPasswordResetInput {
    /// The address of the account, to which the code is mailed.
    email: String,
}

/// The same whether or not an account has the address.
#[derive(SimpleObject)]
struct RequestPasswordResetPayload {
    /// The same in words.
    message: &'static str,
}

/// A new password, and the mailed code that allows it.
#[derive(InputObject)]
struct ResetPasswordInput {
    /// From the mail.
    token: String,
    /// At least 10 characters, and none of the passwords that are tried first.
    new_password: String,
}

/// The password was changed, and all sessions of the user are over.
#[derive(SimpleObject)]
struct ResetPasswordSuccess {
    /// The same in words.
    message: &'static str,
}

/// The token is unknown, used or expired.
#[derive(SimpleObject)]
struct InvalidToken {
    /// What to do, in words.
    message: &'static str,
}

/// Outcome of `resetPassword`.
#[derive(Union)]
enum ResetPasswordPayload {
    Success(ResetPasswordSuccess),
    InvalidToken(InvalidToken),
    Weak(PasswordWeak),
}

/// A mail with a code is on its way, unless the address is confirmed or one went out a moment ago.
#[derive(SimpleObject)]
struct RequestEmailVerificationPayload {
    /// What happens, in words.
    message: &'static str,
}

/// The mailed code that confirms an address.
#[derive(InputObject)]
struct VerifyEmailInput {
    /// From the mail.
    token: String,
}

/// The address is confirmed.
#[derive(SimpleObject)]
struct VerifyEmailSuccess {
    /// The same in words.
    message: &'static str,
}

/// Outcome of `verifyEmail`.
#[derive(Union)]
enum VerifyEmailPayload {
    Success(VerifyEmailSuccess),
    InvalidToken(InvalidToken),
}

const INVALID: InvalidToken =
    InvalidToken { message: "The code is wrong, used or expired. Ask for another." };

#[derive(Default)]
pub struct RecoveryMutation;

#[Object]
impl RecoveryMutation {
    /// Sends a mail with a code for a new password, if an account has the address; at most one a minute.
    #[graphql(directive = access::public::apply())]
    async fn request_password_reset(
        &self,
        ctx: &Context<'_>,
        input: RequestPasswordResetInput,
    ) -> Result<Option<RequestPasswordResetPayload>> {
        service::request_reset(ctx.data_unchecked::<App>(), caller(ctx)?, &input.email).await?;
        Ok(Some(RequestPasswordResetPayload {
            message: "If an account has this address, a mail with a code is on its way.",
        }))
    }

    /// Sets a new password and ends all sessions of the user.
    #[graphql(directive = access::public::apply())]
    async fn reset_password(
        &self,
        ctx: &Context<'_>,
        input: ResetPasswordInput,
    ) -> Result<Option<ResetPasswordPayload>> {
        let app = ctx.data_unchecked::<App>();
        Ok(Some(match service::reset(app, caller(ctx)?, input.token, input.new_password).await? {
            ResetOutcome::Reset => ResetPasswordPayload::Success(ResetPasswordSuccess {
                message: "The password is changed. Log in with the new one.",
            }),
            ResetOutcome::InvalidToken => ResetPasswordPayload::InvalidToken(INVALID),
            ResetOutcome::Weak(weakness) => ResetPasswordPayload::Weak(weakness.into()),
        }))
    }

    /// Sends the caller a mail with a code that confirms the address; at most one a minute.
    #[graphql(directive = access::policy::apply(Policy::User))]
    async fn request_email_verification(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Option<RequestEmailVerificationPayload>> {
        service::request_verification(ctx.data_unchecked::<App>(), caller(ctx)?).await?;
        Ok(Some(RequestEmailVerificationPayload { message: "A mail with a code is on its way." }))
    }

    /// Confirms the address of an account.
    #[graphql(directive = access::public::apply())]
    async fn verify_email(
        &self,
        ctx: &Context<'_>,
        input: VerifyEmailInput,
    ) -> Result<Option<VerifyEmailPayload>> {
        let app = ctx.data_unchecked::<App>();
        Ok(Some(if service::verify(app, caller(ctx)?, input.token).await? {
            VerifyEmailPayload::Success(VerifyEmailSuccess { message: "The address is confirmed." })
        } else {
            VerifyEmailPayload::InvalidToken(INVALID)
        }))
    }
}
