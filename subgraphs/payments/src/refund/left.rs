//! What of a payment was not given back, read from what is booked.

use payments_entities::ledger_transaction::Kind;
use payments_entities::payment::Model as Payment;
use platform_commerce::Money;
use sea_orm::ConnectionTrait;

use super::store;
use crate::ledger::{self, Division};
use crate::payment::{self, PaymentError};

/// What refunds that were made gave back of a payment in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refunded {
    pub money: Money,
    /// The value of points, those included that come back when the order has spent them.
    pub points: Money,
}

/// What of a captured payment no refund that was made gave back.
pub struct Left {
    pub division: Division,
    /// Whether one of the refunds was of an amount, and not of pieces. It gave back its part of everything, so that pieces
    /// after it may find less than they have: with the last of the money all goes that is left.
    pub is_by_amount: bool,
}

pub async fn left(connection: &impl ConnectionTrait, payment: &Payment) -> Result<Left, PaymentError> {
    let made = store::succeeded(connection, payment.id).await?;
    let references: Vec<String> = made.iter().map(|refund| refund.id.to_string()).collect();
    let booked = ledger::entries(connection, Kind::Refund, &references).await?;
    let division = captured(payment)?.after(booked.values().flatten())?;
    Ok(Left { division, is_by_amount: made.iter().any(|refund| refund.split.is_none()) })
}

/// What was given back of a captured payment.
pub async fn refunded(
    connection: &impl ConnectionTrait,
    payment: &Payment,
) -> Result<Refunded, PaymentError> {
    given_back(payment, &left(connection, payment).await?.division)
}

/// What was given back of a captured payment of which so much is left.
pub fn given_back(payment: &Payment, left: &Division) -> Result<Refunded, PaymentError> {
    let all = captured(payment)?;
    Ok(Refunded { money: all.money.checked_sub(left.money)?, points: all.points.checked_sub(left.points)? })
}

fn captured(payment: &Payment) -> Result<Division, PaymentError> {
    let money = Money::from_minor(payment.captured_minor, payment.currency.parse()?);
    Ok(payment::split(payment)?.divide(money))
}
