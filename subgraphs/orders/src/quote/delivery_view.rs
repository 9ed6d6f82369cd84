//! How a cart can be delivered, as clients see and choose it.

use async_graphql::{ID, InputObject, Object, Result};
use chrono::{DateTime, Utc};
use platform_commerce::Money;
use platform_core::id::{DeliveryServiceId, PickUpPointId};
use platform_server::cost;
use platform_text::{TextError, token};

use super::service::{Quote, QuoteError};
use crate::peers::logistics::{DeliveryChoice, DeliveryKind, DeliveryOption, DeliveryProblem};

/// The most characters of a slot's id.
const MAX_SLOT: usize = 100;

/// How an order shall be delivered.
#[derive(Debug, InputObject)]
pub struct DeliveryChoiceInput {
    /// Of `CheckoutQuote.delivery.options`.
    pub option_id: DeliveryServiceId,
    /// Of `deliverySlots`; for an option of the kind SLOT.
    pub slot_id: Option<ID>,
    /// Of `pickUpPoints`; for an option of the kind PICK_UP.
    pub pick_up_point_id: Option<PickUpPointId>,
}

impl TryFrom<DeliveryChoiceInput> for DeliveryChoice {
    type Error = TextError;

    fn try_from(input: DeliveryChoiceInput) -> Result<Self, TextError> {
        let DeliveryChoiceInput { option_id, slot_id, pick_up_point_id } = input;
        if let Some(slot) = &slot_id {
            token("slotId", slot, 1..=MAX_SLOT)?;
        }
        Ok(Self { service_id: option_id, slot_id: slot_id.map(|id| id.0), pick_up_point_id })
    }
}

/// How a cart can be delivered, and how it is with what was chosen.
pub struct CheckoutDelivery<'a>(pub &'a Quote);

/// How a cart can be delivered, and how it is with what was chosen.
#[Object]
impl CheckoutDelivery<'_> {
    /// The ways in which it can be delivered to the destination; none where nobody comes.
    #[graphql(directive = cost::list::apply(5))]
    async fn options(&self) -> Result<Vec<CheckoutDeliveryOption>> {
        let of = |option: &DeliveryOption| {
            let price = self.0.shipping_by(option).map_err(QuoteError::from)?;
            let is_chosen = self.0.delivery.chosen_id == Some(option.service_id);
            Ok(CheckoutDeliveryOption { option: option.clone(), price, is_chosen })
        };
        self.0.delivery.options.iter().map(of).collect()
    }

    /// From when on it may arrive by the option that counts; null where a slot has to be chosen, or nobody comes.
    async fn arrives_from(&self) -> Option<DateTime<Utc>> {
        self.0.delivery.arrives_from
    }

    /// By when it arrives by the option that counts; null where a slot has to be chosen, or nobody comes.
    async fn arrives_by(&self) -> Option<DateTime<Utc>> {
        self.0.delivery.arrives_by
    }

    /// Why it cannot be delivered as it was chosen: an order would be refused. Null if it can.
    async fn problem(&self) -> Option<DeliveryProblem> {
        self.0.delivery.problem
    }
}

/// A way in which a cart can be delivered.
pub struct CheckoutDeliveryOption {
    option: DeliveryOption,
    price: Money,
    is_chosen: bool,
}

/// A way in which a cart can be delivered.
#[Object]
impl CheckoutDeliveryOption {
    /// Identifier, by which `placeOrder` and `checkoutQuote` name the option.
    async fn id(&self) -> ID {
        self.option.service_id.to_graphql()
    }

    /// How it is delivered.
    async fn kind(&self) -> DeliveryKind {
        self.option.kind
    }

    /// What the service is called.
    async fn name(&self) -> &str {
        &self.option.name
    }

    /// The time zone of its days and hours, by its name in the time zone database.
    async fn time_zone(&self) -> &str {
        &self.option.time_zone
    }

    /// What `shipping` is by it, with or without tax as `pricesIncludeTax` says.
    async fn price(&self) -> Money {
        self.price
    }

    /// From when on it may arrive; null for slots, which are chosen.
    async fn arrives_from(&self) -> Option<DateTime<Utc>> {
        self.option.arrives_from
    }

    /// By when it arrives; null for slots, which are chosen.
    async fn arrives_by(&self) -> Option<DateTime<Utc>> {
        self.option.arrives_by
    }

    /// Whether the quote counts with it: because it was chosen, or because it is the first that needs nothing more chosen.
    async fn is_chosen(&self) -> bool {
        self.is_chosen
    }
}
