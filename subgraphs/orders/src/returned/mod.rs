//! Pieces that come back with a refund: catalog hears once what became of them, before all that is left of their order goes
//! back on the shelf. So a piece that is gone stays gone, also when the rest is called off.

mod store;

use orders_entities::order_refund::Model;
use orders_entities::{order_line, order_refund_line};
use platform_core::id::OrderId;
use platform_sagas::StepError;
use platform_server::{PeerError, Peers};

use crate::app::App;
use crate::order;
use crate::peers::catalog::{self, WantedLine};

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

/// Tells catalog of all pieces of an order that it has not heard of, those of refunds under way included.
pub async fn settle_all(app: &App, order: OrderId) -> Result<(), StepError> {
    let read = app.database().read();
    let open = store::unsettled(app.database(), order).await?;
    if open.is_empty() {
        return Ok(());
    }
    let lines = order::lines(read, order).await?;
    for refund in open {
        let pieces = store::lines(read, refund.id).await?;
        settle(app.peers(), &refund, &pieces, &lines).await?;
        store::set_settled(app.database(), refund.id).await?;
    }
    Ok(())
}
