//! A refund told to orders before its mutation answers.

use payments_entities::refund::{Model, Status};

use super::left::refunded;
use crate::app::App;
use crate::payment::{self, PaymentError};
use crate::peers::orders;
use crate::points::points_given_back;

/// Lets the order know what was given back of its payment, if the refund was made.
pub async fn tell_order(app: &App, refund: &Model) -> Result<(), PaymentError> {
    if refund.status != Status::Succeeded {
        return Ok(());
    }
    let database = app.database().read();
    let payment = payment::find(app, refund.payment_id).await?;
    let refunded = refunded(database, &payment).await?;
    let points = points_given_back(database, refund.id).await?;
    let (money, in_points) = (refunded.money, refunded.points.minor());
    orders::record_refund(&app.peers, payment.order_id, money, in_points, points).await;
    Ok(())
}
