//! Signed links to labels.

use chrono::TimeDelta;
use platform_core::id::ShipmentId;

use super::routes::PREFIX;
use crate::app::App;

/// For how long a link is good.
const GOOD_FOR: TimeDelta = TimeDelta::minutes(15);

/// Where the label of a shipment is for a while, below the address of this installation.
pub fn link(app: &App, shipment: ShipmentId) -> String {
    let expires = (app.now() + GOOD_FOR).timestamp();
    let signature = app.url_key.sign(&text(shipment, expires));
    format!("{PREFIX}labels/{shipment}?expires={expires}&signature={signature}")
}

/// Whether a link was made here, and is good still.
pub fn is_good(app: &App, shipment: ShipmentId, expires: i64, signature: &str) -> bool {
    app.url_key.is_signed(&text(shipment, expires), signature) && app.now().timestamp() < expires
}

/// What is signed. The words before keep a signature for one thing from being one for another.
fn text(shipment: ShipmentId, expires: i64) -> String {
    format!("GET {PREFIX}labels/{shipment} {expires}")
}
