//! What a caller asks for who places an order.

use platform_commerce::Money;
use platform_text::{Email, VatId, has_card_number};
use serde::{Serialize, Serializer};

use super::PlaceError;
use crate::cart::Owner;
use crate::peers::logistics::DeliveryChoice;
use crate::peers::payments::PaymentMeans;
use platform_commerce::PostalAddress;

/// What a caller asks for. The lines and the coupon are those of the caller's cart.
///
/// All of it but the key is hashed, without what is as its default has it: say so of each field that is added and is not
/// an `Option`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlaceInput {
    #[serde(skip)]
    pub idempotency_key: String,
    #[serde(serialize_with = "address_of")]
    pub email: Option<Email>,
    pub shipping_address: PostalAddress,
    /// By the first service that needs nothing more chosen unless given.
    pub delivery: Option<DeliveryChoice>,
    #[serde(skip_serializing_if = "is_zero")]
    pub points: i64,
    /// Of a business, for the invoice; it exempts abroad if it is the caller's and marked valid.
    pub vat_id: Option<VatId>,
    pub means: Option<PaymentMeans>,
    /// What the customer was shown last; another total is told instead of charged.
    pub expected_total: Option<Money>,
}

fn address_of<S: Serializer>(email: &Option<Email>, serializer: S) -> Result<S::Ok, S::Error> {
    email.as_ref().map(Email::as_str).serialize(serializer)
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

/// A card number is refused before anything of the request is kept, hashed or sent on.
pub(super) fn check_means(owner: &Owner, means: Option<&PaymentMeans>) -> Result<(), PlaceError> {
    match means {
        Some(PaymentMeans::Token { token, .. }) if has_card_number(token) => {
            Err(PlaceError::CardNumber("token"))
        }
        Some(PaymentMeans::Token { gateway, .. }) if has_card_number(gateway) => {
            Err(PlaceError::CardNumber("gateway"))
        }
        Some(PaymentMeans::Saved { .. }) if matches!(owner, Owner::Guest(_)) => {
            Err(PlaceError::MethodNeedsAccount)
        }
        _ => Ok(()),
    }
}
