//! Pieces that come back with a refund: catalog hears once what became of them, before all that is left of their order goes
//! back on the shelf. So a piece that is gone stays gone, also when the rest is called off.

mod money;
mod store;

use orders_entities::order::Model as OrderRow;
use orders_entities::order_refund::{Model, Status};
use orders_entities::{order_line, order_refund_line};
use platform_core::id::OrderId;
use platform_sagas::StepError;
use platform_server::{PeerError, Peers};

use crate::app::App;
use crate::order::{self, OrderError};
use crate::peers::catalog::{self, WantedLine};
use crate::peers::payments::Split;

pub use money::{Given, give_money_back};
pub use store::{LinesOfRefund, lines};

/// Tells catalog what became of the pieces of a refund; said again it changes nothing.
pub async fn settle(
    peers: &Peers,
    refund: &Model,
    pieces: &[order_refund_line::Model],
    lines: &[order_line::Model],
) -> Result<(), PeerError> {
    let offer = |pieces: &order_refund_line::Model| {
        let line = lines.iter().find(|line| line.id == pieces.line_id)?;
        Some(WantedLine { offer_id: line.offer_id, quantity: pieces.quantity })
    };
    let goods: Vec<WantedLine> = pieces.iter().filter_map(offer).collect();
    let (key, return_key) = (format!("order:{}", refund.order_id), format!("refund:{}", refund.id));
    catalog::return_pieces(peers, &key, &return_key, &goods, refund.restock).await
}

/// Tells catalog of all pieces of an order that it has not heard of and whose money goes back, those of refunds under way
/// included. What payments refuses gives nothing back, no pieces either.
pub async fn settle_all(app: &App, id: OrderId) -> Result<(), StepError> {
    let read = app.database().read();
    let open = store::unsettled(app.database(), id).await?;
    if open.is_empty() {
        return Ok(());
    }
    let order = order::find_order(app.database(), id).await?.ok_or(OrderError::NotFound)?;
    let lines = order::lines(read, id).await?;
    for refund in open {
        if !is_kept(app, &refund, &order).await? {
            continue;
        }
        let pieces = store::lines(read, refund.id).await?;
        settle(app.peers(), &refund, &pieces, &lines).await?;
        store::set_settled(app.database(), refund.id).await?;
    }
    Ok(())
}

/// Whether the money of a refund goes back. What payments refuses is written down by the refund's own job.
async fn is_kept(app: &App, refund: &Model, order: &OrderRow) -> Result<bool, StepError> {
    if refund.status == Status::Succeeded {
        return Ok(true);
    }
    let Some(split) = &refund.split else {
        return Err(StepError::retry("a refund that an earlier release began is under way"));
    };
    let split: Split = serde_json::from_value(split.clone()).map_err(OrderError::from)?;
    let currency = order.currency.parse().map_err(OrderError::from)?;
    let given = give_money_back(app.peers(), refund, order.payment_id, currency, &split).await?;
    Ok(matches!(given, Given::Kept(_)))
}
