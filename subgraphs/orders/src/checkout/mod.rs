//! Checkout: from a cart to a paid order, as a saga that survives the death of any process.
//!
//! create order (pending, numbered) → reserve stock → reserve coupon → hold slot → plan delivery → hold points → authorise
//! payment (may park for the customer) → commit stock, coupon, points and slot → confirm → capture. Each step stands beside its undo in `steps/`.
//! Stock is committed before the order is confirmed, so that no customer is told of an order that stock then denies.

mod call_off;
mod cancel;
mod cancellation;
mod fingerprint;
mod graphql;
mod parcels;
mod place;
mod problem;
mod saga;
mod settle;
mod staff;
mod steps;

use std::time::Duration;

use platform_core::id::SagaId;
use platform_sagas::{SagaError, SagaRegistry, SagaStatus};

use crate::app::App;

pub use call_off::is_being_called_off;
pub use cancel::{Cancelled, cancel};
pub use cancellation::Cancellation;
pub use graphql::{CancelOrderPayload, CheckoutMutation, OrderNotCancellable};
pub use place::PlaceError;
pub use saga::{Checkout, resume, wake};
pub use settle::{SettleEarlier, follow_restocking, note_refund, settle};
pub use staff::{SagaMutation, SagaQuery};

/// The sagas of orders.
pub fn sagas(app: &App) -> SagaRegistry {
    SagaRegistry::new().with(Checkout { app: app.clone() }).with(Cancellation { app: app.clone() })
}

/// How long an answer waits for a saga; it goes on without the caller after that.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// Waits until a saga rests. `None`: it goes on after the answer.
async fn follow(app: &App, id: SagaId) -> Result<Option<SagaStatus>, SagaError> {
    match tokio::time::timeout(ANSWER_WITHIN, app.sagas().drive(id)).await {
        Ok(driven) => driven.map(Some),
        Err(_) => {
            tracing::warn!(saga.id = %id, "a saga goes on after its answer");
            Ok(None)
        }
    }
}
