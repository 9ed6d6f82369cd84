//! What a buyer changes of a delivery, in the schema.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use platform_core::id::OrderId;
use platform_server::{access, caller};

use super::choose_slot::{Choosing, choose_slot};
use super::view::OrderDelivery;
use crate::app::App;
use crate::slot::{NotOpen, SlotName};

/// A slot that is chosen for an order.
#[derive(Debug, InputObject)]
pub struct ChooseDeliverySlotInput {
    /// An order of the caller's, or any for staff.
    pub order_id: OrderId,
    /// Of `deliverySlots`, and of the service that the order was placed with.
    pub slot_id: SlotName,
}

/// The order comes in the slot.
#[derive(SimpleObject)]
struct ChooseDeliverySlotPayload {
    /// The delivery as it is now.
    delivery: OrderDelivery,
}

/// All places of the slot are taken; the order is delivered as before. Choose another slot.
#[derive(SimpleObject)]
struct DeliverySlotFull {
    /// The slot.
    slot_id: SlotName,
}

/// The slot cannot be chosen, or not any more; the order is delivered as before. Choose another slot.
#[derive(SimpleObject)]
struct DeliverySlotNotOpen {
    /// The slot.
    slot_id: SlotName,
    /// Whether it is too late to choose it; otherwise no service has it.
    is_closed: bool,
}

/// Outcome of `chooseDeliverySlot`.
#[derive(Union)]
enum ChooseDeliverySlotResult {
    Chosen(ChooseDeliverySlotPayload),
    Full(DeliverySlotFull),
    NotOpen(DeliverySlotNotOpen),
}

#[derive(Default)]
pub struct DeliveryMutation;

#[Object]
impl DeliveryMutation {
    /// Chooses another slot for an order of the caller's, or any for staff, as long as nothing of it is with a courier. The
    /// order keeps the one that it has until it has the other.
    #[graphql(directive = access::public::apply())]
    async fn choose_delivery_slot(
        &self,
        ctx: &Context<'_>,
        input: ChooseDeliverySlotInput,
    ) -> Result<Option<ChooseDeliverySlotResult>> {
        let ChooseDeliverySlotInput { order_id, slot_id } = input;
        let chosen = choose_slot(ctx.data_unchecked::<App>(), caller(ctx)?, order_id, slot_id).await?;
        Ok(Some(match chosen {
            Choosing::Chosen(row) => {
                let delivery = OrderDelivery(row);
                ChooseDeliverySlotResult::Chosen(ChooseDeliverySlotPayload { delivery })
            }
            Choosing::Full => ChooseDeliverySlotResult::Full(DeliverySlotFull { slot_id }),
            Choosing::NotOpen(why) => {
                let is_closed = why == NotOpen::Closed;
                ChooseDeliverySlotResult::NotOpen(DeliverySlotNotOpen { slot_id, is_closed })
            }
        }))
    }
}
