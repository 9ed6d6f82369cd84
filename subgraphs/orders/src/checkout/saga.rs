//! The checkout saga: its state, and what lets it go on.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use platform_commerce::Money;
use platform_core::id::{DeliveryServiceId, OrderId, PaymentId, PickUpPointId, SagaId, UserId};
use platform_database::{StoreError, Transaction};
use platform_sagas::{Saga, Step};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::follow;
use super::parcels::Allocation;
use super::place::PlaceError;
use super::problem::Problem;
use super::steps;
use crate::app::App;
use crate::cart::Owner;
use crate::peers::catalog::{Holder, WantedLine};
use crate::peers::logistics::DeliveryKind;
use crate::peers::payments::{PaymentMeans, Split};

/// How much longer things stay held than a payment may take.
const HOLD_MARGIN: TimeDelta = TimeDelta::minutes(10);

/// Everything that the steps need, and what they learnt.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CheckoutState {
    pub order_id: OrderId,
    pub user_id: Option<UserId>,
    pub guest_id: Option<String>,
    pub lines: Vec<WantedLine>,
    pub coupon_code: Option<String>,
    pub points: i64,
    /// What is to be paid in money.
    pub amount: Money,
    pub split: Split,
    /// With what the customer pays what points do not; forgotten once there is a payment, and when the
    /// checkout is stuck or ends.
    pub means: Option<PaymentMeans>,
    /// When a payment that waits for the customer is given up.
    pub payment_deadline: DateTime<Utc>,
    /// When stock and coupon fall free by themselves unless a payment has begun that waits for its customer.
    pub hold_until: DateTime<Utc>,
    /// Where the request came from; forgotten once catalog knows.
    #[serde(default)]
    pub network: Option<IpAddr>,
    /// What the payment is to be called, picked with the order: it can be taken back by whoever does not know whether it
    /// was made.
    #[serde(default)]
    pub picked_payment_id: Option<PaymentId>,
    /// Payments has answered with it.
    #[serde(default)]
    pub payment_id: Option<PaymentId>,
    /// The order is confirmed, though its money is not taken yet.
    #[serde(default)]
    pub confirmed: bool,
    /// From which warehouses the lines come; unknown of checkouts that an earlier release began.
    #[serde(default)]
    pub allocations: Vec<Allocation>,
    /// How it is delivered; unknown of checkouts that an earlier release began.
    #[serde(default)]
    pub delivery: Option<ChosenDelivery>,
    /// Why it is being undone.
    #[serde(default)]
    pub problem: Option<Problem>,
}

/// How an order is delivered, as its buyer was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChosenDelivery {
    pub service_id: DeliveryServiceId,
    pub kind: DeliveryKind,
    pub name: String,
    pub time_zone: String,
    /// Where the buyer has chosen one of a service with slots.
    pub slot_id: Option<String>,
    pub pick_up_point_id: Option<PickUpPointId>,
    pub arrives_from: Option<DateTime<Utc>>,
    pub arrives_by: Option<DateTime<Utc>>,
}

impl CheckoutState {
    /// The slot that the buyer has chosen.
    pub fn slot(&self) -> Option<&str> {
        self.delivery.as_ref()?.slot_id.as_deref()
    }

    pub fn owner(&self) -> Option<Owner> {
        match (self.user_id, &self.guest_id) {
            (Some(user), _) => Some(Owner::User(user)),
            (None, Some(guest)) => Some(Owner::Guest(guest.clone())),
            (None, None) => None,
        }
    }

    /// Whether neither money nor points pay for it.
    pub fn is_free(&self) -> bool {
        self.amount.is_zero() && self.points == 0
    }

    /// When what is held for a payment that waits for its customer falls free by itself.
    pub fn waiting_hold_until(&self) -> DateTime<Utc> {
        self.payment_deadline + HOLD_MARGIN
    }

    /// For whom stock and coupon are held.
    pub fn holder(&self) -> Holder {
        let name = self.owner().map(|owner| match owner {
            Owner::User(id) => format!("user:{id}"),
            Owner::Guest(id) => format!("guest:{id}"),
        });
        Holder { name, network: self.network }
    }

    /// The key under which stock, coupon and points are held.
    pub fn hold_key(&self) -> String {
        format!("order:{}", self.order_id)
    }
}

pub struct Checkout {
    pub app: App,
}

impl Saga for Checkout {
    const KIND: &'static str = "checkout";
    // The money is held and the goods are the buyer's: what fails from here on is tried again. What is taken before that
    // is stored goes back by the undo of `authorize_payment`.
    const PIVOT: Option<&'static str> = Some("confirm_order");
    type State = CheckoutState;

    fn forget(state: &mut CheckoutState) {
        state.means = None;
        state.network = None;
    }

    fn steps(&self) -> &'static [&'static dyn Step<Self>] {
        steps::ALL
    }
}

/// The saga of an order has the order's id.
pub fn saga_id(order: OrderId) -> SagaId {
    SagaId(order.0)
}

/// Something became of an order's payment: the step that waits for it looks again.
pub async fn wake(tx: &Transaction, app: &App, order: OrderId) -> Result<(), StoreError> {
    app.sagas().wake(tx, saga_id(order), json!({})).await?;
    Ok(())
}

/// Lets a checkout that waits for its payment go on, and waits until it rests. One that does not wait, or is over, stays
/// as it is.
pub async fn resume(app: &App, order: OrderId) -> Result<(), PlaceError> {
    let tx = app.begin().await?;
    let is_known = app.sagas().is_known(&tx, saga_id(order)).await?;
    wake(&tx, app, order).await?;
    tx.commit().await?;
    if is_known {
        follow(app, saga_id(order)).await?;
    }
    Ok(())
}
