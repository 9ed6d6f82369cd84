//! Events that orders publishes, made from its rows.

use contracts::orders::{
    CancellationReason, OrderCancelled, OrderCompleted, OrderDelivered, OrderPaid, OrderPlaced, OrderShipped,
    OrderedLine,
};
use orders_entities::{order, order_line};
use platform_commerce::{Money, MoneyError};

fn total(order: &order::Model) -> Result<Money, MoneyError> {
    Ok(Money::from_minor(order.total_minor, order.currency.parse()?))
}

pub fn placed(order: &order::Model, lines: &[order_line::Model]) -> Result<OrderPlaced, MoneyError> {
    let line = |line: &order_line::Model| OrderedLine {
        line_id: line.id,
        vendor_order_id: line.vendor_order_id,
        vendor_id: line.vendor_id,
        offer_id: line.offer_id,
        variant_id: line.variant_id,
        product_id: line.product_id,
        quantity: line.quantity,
    };
    Ok(OrderPlaced {
        order_id: order.id,
        number: order.number.clone(),
        user_id: order.user_id,
        lines: lines.iter().map(line).collect(),
        total: total(order)?,
    })
}

pub fn paid(order: &order::Model) -> Result<OrderPaid, MoneyError> {
    Ok(OrderPaid {
        order_id: order.id,
        number: order.number.clone(),
        user_id: order.user_id,
        payment_id: order.payment_id,
        total: total(order)?,
    })
}

pub fn shipped(order: &order::Model) -> OrderShipped {
    OrderShipped { order_id: order.id, number: order.number.clone(), user_id: order.user_id }
}

pub fn delivered(order: &order::Model) -> OrderDelivered {
    OrderDelivered { order_id: order.id, number: order.number.clone(), user_id: order.user_id }
}

pub fn completed(order: &order::Model) -> OrderCompleted {
    OrderCompleted { order_id: order.id, number: order.number.clone(), user_id: order.user_id }
}

pub fn cancelled(order: &order::Model, reason: CancellationReason) -> OrderCancelled {
    OrderCancelled {
        order_id: order.id,
        number: order.number.clone(),
        user_id: order.user_id,
        reason,
        refunded: order.status == order::Status::Refunded,
    }
}
