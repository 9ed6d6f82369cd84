//! Signed links to labels.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use platform_core::id::ShipmentId;
use platform_identity::KeyError;
use sha2::Sha256;

use super::error::LabelError;
use super::routes::PREFIX;
use crate::app::App;

/// For how long a link is good.
const GOOD_FOR: TimeDelta = TimeDelta::minutes(15);

/// Where the label of a shipment is for a while, below the address of this installation.
pub fn link(app: &App, shipment: ShipmentId) -> Result<String, LabelError> {
    let expires = (app.now() + GOOD_FOR).timestamp();
    let signature = URL_SAFE_NO_PAD.encode(mac(app, shipment, expires)?.finalize().into_bytes());
    Ok(format!("{PREFIX}labels/{shipment}?expires={expires}&signature={signature}"))
}

/// Whether a link was made here, and is good still.
pub fn is_good(app: &App, shipment: ShipmentId, expires: i64, signature: &str) -> Result<bool, KeyError> {
    let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else { return Ok(false) };
    let is_ours = mac(app, shipment, expires)?.verify_slice(&signature).is_ok();
    Ok(is_ours && app.now().timestamp() < expires)
}

fn mac(app: &App, shipment: ShipmentId, expires: i64) -> Result<Hmac<Sha256>, KeyError> {
    let secret = app.secrets.of("links to labels")?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&secret).map_err(|_| KeyError::Unusable)?;
    mac.update(format!("{shipment} {expires}").as_bytes());
    Ok(mac)
}
