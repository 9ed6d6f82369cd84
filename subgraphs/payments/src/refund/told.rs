//! A refund told to orders before its mutation answers.

use payments_entities::refund::{Model, Status};
use platform_server::Peers;

use super::service::Refunds;
use crate::payment::{PaymentError, find};
use crate::peers::orders;
use crate::points::points_given_back;

impl Refunds {
    /// Lets the order know what was given back of its payment, if the refund was made.
    pub async fn tell_order(&self, peers: &Peers, refund: &Model) -> Result<(), PaymentError> {
        if refund.status != Status::Succeeded {
            return Ok(());
        }
        let payment = find(self.payments.app.database(), refund.payment_id).await?;
        let payment = payment.ok_or(PaymentError::NotFound)?;
        let refunded = self.refunded(payment.id, payment.currency.parse()?).await?;
        let points = points_given_back(self.payments.app.database().read(), refund.id).await?;
        orders::record_refund(peers, payment.order_id, refunded, points).await;
        Ok(())
    }
}
