//! Saved means of payment: tokens of the gateways and what may be shown of them. No card number ever reaches Souk.

mod store;

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use payments_entities::payment_method::{ActiveModel, Model};
use platform_core::ErrorCode;
use platform_core::id::{PaymentMethodId, UserId};
use platform_database::StoreError;
use platform_server::{access, caller};
use platform_text::{TextError, is_card_number};
use sea_orm::ActiveValue::Set;

use crate::app::App;
use crate::gateway::GatewayError;

pub use self::store::{OfUser, find_of};

/// The most means of payment of one customer.
const MAX_METHODS: u64 = 20;
const MAX_GATEWAY: usize = 50;
const MAX_TOKEN: usize = 200;

#[derive(Debug, thiserror::Error)]
pub enum MethodError {
    #[error("sign in to save a means of payment")]
    NotSignedIn,
    #[error("at most {MAX_METHODS} means of payment can be saved; remove one first")]
    TooMany,
    #[error("there is no such means of payment")]
    NotFound,
    #[error("`{0}` looks like the number of a card; send the gateway's token for it")]
    CardNumber(&'static str),
    #[error(transparent)]
    Text(#[from] TextError),
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl platform_core::ApiError for MethodError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotSignedIn => ErrorCode::Unauthenticated,
            Self::TooMany => ErrorCode::LimitExceeded,
            Self::NotFound => ErrorCode::NotFound,
            Self::CardNumber(_) | Self::Text(_) => ErrorCode::BadUserInput,
            Self::Gateway(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::CardNumber(field) => Some(field),
            Self::Text(error) => Some(error.field()),
            Self::Gateway(error) => error.field(),
            Self::NotFound => Some("id"),
            Self::NotSignedIn | Self::TooMany | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(MethodError);

/// A saved means of payment.
pub struct PaymentMethod(pub Model);

/// A means of payment that a user has saved with a gateway. Seen by its owner and by staff.
#[Object]
impl PaymentMethod {
    /// Identifier, by which a checkout and `removePaymentMethod` name it.
    async fn id(&self) -> ID {
        self.0.id.to_graphql()
    }

    /// Name of the gateway that keeps it.
    async fn gateway(&self) -> &str {
        &self.0.gateway
    }

    /// For people, such as `Visa`.
    async fn brand(&self) -> &str {
        &self.0.brand
    }

    /// Last digits of its number, for people to tell it by; null if it has none.
    async fn last_digits(&self) -> Option<&str> {
        self.0.last_digits.as_deref()
    }

    /// Month in which it runs out, 1 to 12; null if it does not.
    async fn expires_month(&self) -> Option<i16> {
        self.0.expires_month
    }

    /// Year in which it runs out, in four digits; null if it does not.
    async fn expires_year(&self) -> Option<i16> {
        self.0.expires_year
    }
}

#[derive(Clone)]
pub struct Methods {
    pub app: App,
}

impl Methods {
    async fn add(&self, user: UserId, gateway: &str, token: &str) -> Result<Model, MethodError> {
        for (field, text, max) in [("token", token, MAX_TOKEN), ("gateway", gateway, MAX_GATEWAY)] {
            if is_card_number(text) {
                return Err(MethodError::CardNumber(field));
            }
            platform_text::token(field, text, 1..=max)?;
        }
        let details = self.app.gateways().get(gateway)?.describe(token).await?;
        let tx = self.app.begin().await?;
        if store::count(&tx, user).await? >= MAX_METHODS {
            return Err(MethodError::TooMany);
        }
        let row = ActiveModel {
            id: Set(self.app.next_id()),
            user_id: Set(user),
            gateway: Set(gateway.to_owned()),
            token: Set(token.to_owned()),
            brand: Set(details.brand),
            last_digits: Set(details.last_digits),
            expires_month: Set(details.expires.map(|(month, _)| month)),
            expires_year: Set(details.expires.map(|(_, year)| year)),
            created_at: Set(self.app.now()),
        };
        let saved = store::keep(&tx, row, user, gateway, token).await?;
        tx.commit().await?;
        saved.ok_or(MethodError::NotFound)
    }

    async fn remove(&self, user: UserId, id: PaymentMethodId) -> Result<(), MethodError> {
        if store::remove(self.app.database(), user, id).await? { Ok(()) } else { Err(MethodError::NotFound) }
    }
}

/// A means of payment to save.
#[derive(InputObject)]
pub struct AddPaymentMethodInput {
    /// One of `paymentGateways`.
    pub gateway: String,
    /// The gateway's token, of at most 200 characters; card numbers go to the gateway alone, and are refused here.
    pub token: String,
}

/// The means of payment is saved.
#[derive(SimpleObject)]
pub struct AddPaymentMethodPayload {
    /// The saved means; the one there was, where the token had been saved before.
    payment_method: PaymentMethod,
}

/// A saved means of payment to forget.
#[derive(InputObject)]
pub struct RemovePaymentMethodInput {
    /// One of the caller's own.
    pub id: PaymentMethodId,
}

/// The means of payment is forgotten.
#[derive(SimpleObject)]
pub struct RemovePaymentMethodPayload {
    /// The identifier it had.
    removed_id: ID,
}

#[derive(Default)]
pub struct MethodMutation;

#[Object]
impl MethodMutation {
    /// Saves a means of payment for the caller.
    #[graphql(directive = access::authenticated::apply())]
    async fn add_payment_method(
        &self,
        ctx: &Context<'_>,
        input: AddPaymentMethodInput,
    ) -> Result<Option<AddPaymentMethodPayload>> {
        let user = caller(ctx)?.user.ok_or(MethodError::NotSignedIn)?;
        let saved = ctx.data_unchecked::<Methods>().add(user, &input.gateway, &input.token).await?;
        Ok(Some(AddPaymentMethodPayload { payment_method: PaymentMethod(saved) }))
    }

    /// Forgets one of the caller's means of payment.
    #[graphql(directive = access::authenticated::apply())]
    async fn remove_payment_method(
        &self,
        ctx: &Context<'_>,
        input: RemovePaymentMethodInput,
    ) -> Result<Option<RemovePaymentMethodPayload>> {
        let user = caller(ctx)?.user.ok_or(MethodError::NotSignedIn)?;
        ctx.data_unchecked::<Methods>().remove(user, input.id).await?;
        Ok(Some(RemovePaymentMethodPayload { removed_id: input.id.to_graphql() }))
    }
}
