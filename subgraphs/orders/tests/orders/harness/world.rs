//! Catalog, payments and logistics with a memory: what they hold, sold and took for each order. A key asked again changes nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use platform_core::ErrorCode;
use platform_testkit::PeerCall;
use serde_json::{Value, json};

use crate::shop::{Shop, euro};

/// What is held for an order: goods, the use of a coupon, points, or a place in a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hold {
    #[default]
    None,
    Held,
    Sold,
    /// Given back, before or after it was sold; or never to be held.
    Back,
}

impl Hold {
    fn status(self) -> &'static str {
        match self {
            Self::None | Self::Back => "RELEASED",
            Self::Held => "HELD",
            Self::Sold => "COMMITTED",
        }
    }

    /// Whether it is held or sold now.
    fn take(&mut self) -> bool {
        if *self == Self::None {
            *self = Self::Held;
        }
        matches!(self, Self::Held | Self::Sold)
    }

    /// Whether it is sold now.
    fn sell(&mut self) -> bool {
        if *self == Self::Held {
            *self = Self::Sold;
        }
        *self == Self::Sold
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    pub id: Value,
    pub status: &'static str,
    pub is_refunded: bool,
}

impl Payment {
    fn answer(&self) -> Value {
        let refunded = if self.is_refunded { euro(2_499) } else { euro(0) };
        let declined = (self.status == "DECLINED").then_some("declined");
        json!({ "id": self.id, "status": self.status, "actionUrl": null, "declineCode": declined, "refunded": refunded })
    }

    fn give_up(&mut self) {
        if matches!(self.status, "AUTHORIZED" | "REQUIRES_ACTION") {
            self.status = "VOIDED";
        }
    }
}

/// What there is of one order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept {
    pub goods: Hold,
    pub coupon: Hold,
    pub points: Hold,
    pub slot: Hold,
    pub delivery: Hold,
    pub payment: Option<Payment>,
}

impl Kept {
    /// All is the buyer's, and the money the shop's.
    pub fn is_bought(&self) -> bool {
        let taken = self.payment.as_ref().is_some_and(|paid| paid.status == "CAPTURED" && !paid.is_refunded);
        taken && self.holds().iter().all(|hold| *hold == Hold::Sold)
    }

    /// Nothing is held or sold, and no money is held or taken.
    pub fn is_given_back(&self) -> bool {
        let is_free = |hold: &Hold| matches!(hold, Hold::None | Hold::Back);
        let is_paid_back = |payment: &Payment| match payment.status {
            "CAPTURED" => payment.is_refunded,
            "AUTHORIZED" | "REQUIRES_ACTION" => false,
            _ => true,
        };
        self.holds().iter().all(is_free) && self.payment.as_ref().is_none_or(is_paid_back)
    }

    const fn holds(&self) -> [Hold; 5] {
        [self.goods, self.coupon, self.points, self.slot, self.delivery]
    }
}

#[derive(Debug, Default)]
struct State {
    orders: BTreeMap<String, Kept>,
    /// The change that is refused, and so ends the checkout.
    refused: Option<&'static str>,
    /// How payments answers an authorisation.
    payment: &'static str,
}

/// Cheap to clone; clones share.
#[derive(Debug, Clone, Default)]
pub struct World(Arc<Mutex<State>>);

/// The key of an order, wherever the call has it.
fn key(call: &PeerCall) -> String {
    let places = ["/input/key", "/key", "/input/idempotencyKey"];
    let found = places.iter().find_map(|place| call.variables.pointer(place));
    found.and_then(Value::as_str).unwrap_or_else(|| panic!("no key: {}", call.variables)).to_owned()
}

impl World {
    /// Plays catalog, payments and logistics of `shop`; they refuse `refused`.
    pub fn play(shop: &Shop, refused: Option<&'static str>) -> Self {
        let world = Self::default();
        world.with(|state| (state.refused, state.payment) = (refused, "AUTHORIZED"));
        world.play_catalog(shop);
        world.play_points(shop);
        world.play_logistics(shop);
        world.play_payments(shop);
        world
    }

    /// What there is of an order.
    pub fn of(&self, order: &str) -> Kept {
        self.with(|state| state.orders.get(&format!("order:{order}")).cloned().unwrap_or_default())
    }

    /// From now on a payment waits for its customer.
    pub fn challenge(&self) {
        self.with(|state| state.payment = "REQUIRES_ACTION");
    }

    /// The customer has done what the payment waited for.
    pub fn pass_challenge(&self, order: &str) {
        self.with(|state| {
            let kept = state.orders.get_mut(&format!("order:{order}")).unwrap();
            let payment = kept.payment.as_mut().unwrap();
            assert_eq!(payment.status, "REQUIRES_ACTION");
            payment.status = "AUTHORIZED";
        });
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What `change` makes of the order of a call, and whether it is refused.
    fn answer(
        &self,
        name: &'static str,
        change: impl Fn(&mut Kept, bool) -> Value + Send + Sync + 'static,
    ) -> impl Fn(&PeerCall) -> Value + Send + Sync + 'static {
        let world = self.clone();
        move |call| {
            world.with(|state| {
                let is_refused = state.refused == Some(name);
                change(state.orders.entry(key(call)).or_default(), is_refused)
            })
        }
    }

    fn play_catalog(&self, shop: &Shop) {
        let play = |field: &'static str, change: fn(&mut Kept, bool) -> Value| {
            drop(shop.catalog.clone().answer_with(field, self.answer(field, change)));
        };
        play("reserveStock", |kept, is_refused| match is_refused {
            true => json!({ "__typename": "OutOfStock", "lines": [] }),
            false if kept.goods.take() => json!({ "__typename": "StockReserved", "lines": [] }),
            false => json!({ "__typename": "ReservationClosed" }),
        });
        play("commitReservation", |kept, is_refused| {
            if is_refused {
                kept.goods = Hold::Back;
            }
            match kept.goods.sell() {
                true => json!({ "__typename": "ReservationCommitted" }),
                false => json!({ "__typename": "ReservationClosed" }),
            }
        });
        play("releaseReservation", |kept, _| {
            if kept.goods != Hold::Sold {
                kept.goods = Hold::Back;
            }
            json!({ "status": kept.goods.status() })
        });
        play("restockReservation", |kept, _| {
            kept.goods = Hold::Back;
            json!({ "status": "RESTOCKED" })
        });
        play("reserveCoupon", |kept, is_refused| match is_refused {
            true => json!({ "__typename": "CouponRejected", "reason": "EXHAUSTED" }),
            false if kept.coupon.take() => json!({ "__typename": "CouponReserved" }),
            false => json!({ "__typename": "CouponUseClosed" }),
        });
        play("commitCoupon", |kept, is_refused| {
            if is_refused {
                kept.coupon = Hold::Back;
            }
            match kept.coupon.sell() {
                true => json!({ "__typename": "CouponCommitted" }),
                false => json!({ "__typename": "CouponUseClosed" }),
            }
        });
        play("releaseCoupon", |kept, _| {
            kept.coupon = Hold::Back;
            json!({ "status": "RELEASED" })
        });
    }

    fn play_logistics(&self, shop: &Shop) {
        let play = |field: &'static str, change: fn(&mut Kept, bool) -> Value| {
            drop(shop.logistics.clone().answer_with(field, self.answer(field, change)));
        };
        // Nothing limited is held for a delivery: it stands at once.
        play("planDelivery", |kept, is_refused| match !is_refused && kept.delivery.take() {
            true => {
                kept.delivery.sell();
                json!({ "__typename": "DeliveryPlanned" })
            }
            false => json!({ "__typename": "DeliveryClosed" }),
        });
        play("holdSlot", |kept, is_refused| match is_refused {
            true => json!({ "__typename": "SlotFull" }),
            false if kept.slot.take() => json!({ "__typename": "SlotPlaceHeld" }),
            false => json!({ "__typename": "SlotHoldClosed" }),
        });
        play("extendSlot", |kept, _| match kept.slot == Hold::Held {
            true => json!({ "__typename": "SlotPlaceHeld" }),
            false => json!({ "__typename": "SlotHoldClosed" }),
        });
        play("confirmSlot", |kept, _| {
            assert!(kept.slot.sell(), "{kept:?}");
            json!({ "__typename": "SlotConfirmed" })
        });
        play("releaseSlot", |kept, _| {
            kept.slot = Hold::Back;
            json!({ "__typename": "SlotReleased" })
        });
        play("stopDelivery", |kept, _| {
            kept.delivery = Hold::Back;
            kept.slot = Hold::Back;
            json!({ "__typename": "DeliveryStopped" })
        });
    }

    fn play_points(&self, shop: &Shop) {
        let play = |field: &'static str, change: fn(&mut Kept, bool) -> Value| {
            drop(shop.payments.clone().answer_with(field, self.answer(field, change)));
        };
        play("holdPoints", |kept, is_refused| match !is_refused && kept.points.take() {
            true => json!({ "__typename": "PointsHeld" }),
            false => json!({ "__typename": "NotEnoughPoints", "available": 0 }),
        });
        play("commitPoints", |kept, _| json!(kept.points.sell()));
        play("releasePoints", |kept, _| {
            kept.points = Hold::Back;
            json!(true)
        });
        if self.with(|state| state.refused == Some("commitPoints")) {
            drop(shop.payments.clone().refuse("commitPoints", ErrorCode::Conflict));
        }
    }

    fn play_payments(&self, shop: &Shop) {
        let world = self.clone();
        drop(shop.payments.clone().answer_with("authorizePayment", move |call| {
            let id = call.variables["input"]["id"].clone();
            world.with(|state| {
                let status =
                    if state.refused == Some("authorizePayment") { "DECLINED" } else { state.payment };
                let kept = state.orders.entry(key(call)).or_default();
                let payment = kept.payment.get_or_insert(Payment { id, status, is_refunded: false });
                payment.answer()
            })
        }));
        let world = self.clone();
        drop(shop.payments.clone().answer_with("voidPaymentOf", move |call| {
            let id = call.variables["unmade"]["id"].clone();
            world.with(|state| {
                // One that is not there yet is made as voided, so that it cannot be made after.
                let unmade = Payment { id, status: "VOIDED", is_refunded: false };
                let payment = state.orders.entry(key(call)).or_default().payment.get_or_insert(unmade);
                payment.give_up();
                payment.answer()
            })
        }));
        for (field, change) in [
            ("payment", (|_: &mut Kept| ()) as fn(&mut Kept)),
            ("capturePayment", |kept| {
                let payment = kept.payment.as_mut().unwrap();
                if payment.status == "AUTHORIZED" {
                    payment.status = "CAPTURED";
                }
            }),
            ("voidPayment", |kept| kept.payment.as_mut().unwrap().give_up()),
            ("refundRemaining", |kept| {
                let payment = kept.payment.as_mut().unwrap();
                payment.is_refunded = payment.status == "CAPTURED";
                // Payments gives the points back in the measure of the money.
                if payment.is_refunded {
                    kept.points = Hold::Back;
                }
            }),
        ] {
            let world = self.clone();
            drop(shop.payments.clone().answer_with(field, move |call| {
                let id = &call.variables["paymentId"];
                world.with(|state| {
                    let mut kept = state.orders.values_mut();
                    let kept =
                        kept.find(|kept| kept.payment.as_ref().is_some_and(|payment| payment.id == *id));
                    let Some(kept) = kept else { return Value::Null };
                    change(kept);
                    match field {
                        "refundRemaining" => json!(true),
                        _ => kept.payment.as_ref().unwrap().answer(),
                    }
                })
            }));
        }
    }
}
