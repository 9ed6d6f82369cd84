//! Whether a request that comes again under its key is the same.

use platform_core::fingerprint::{fingerprint, is_unversioned};
use platform_text::Email;
use sha2::{Digest, Sha256};

use super::place::PlaceInput;
use crate::peers::payments::PaymentMeans;
use platform_commerce::PostalAddress;

impl PlaceInput {
    /// What must be the same when the key comes again. A field that is left out counts as its default does.
    pub(super) fn fingerprint(&self) -> Result<Vec<u8>, serde_json::Error> {
        fingerprint(self)
    }

    /// Whether `kept`, of this release or one before, is the fingerprint of this request.
    pub(super) fn is_same_as(&self, kept: &[u8]) -> Result<bool, serde_json::Error> {
        if is_unversioned(kept) {
            return Ok(kept == Sha256::digest(self.debug_text()).as_slice());
        }
        Ok(kept == self.fingerprint()?)
    }

    /// What releases hashed before fingerprints had a version: the debug text of the types that they had then. Fields
    /// that did not exist then are not part of it; where it differs all the same, the key is refused, which places
    /// nothing twice.
    fn debug_text(&self) -> String {
        let PostalAddress {
            recipient: name, line1, line2, city, region, postal_code, country, phone, ..
        } = &self.shipping_address;
        // It had to be given then.
        let postal_code = postal_code.as_deref().unwrap_or_default();
        let means = self.means.as_ref().map(|means| match means {
            PaymentMeans::Token { gateway, token } => {
                format!("PaymentMeans {{ gateway: {gateway:?}, token: {token:?} }}")
            }
            PaymentMeans::Saved { method_id } => method_id.to_string(),
        });
        let means = means.map_or_else(|| "None".to_owned(), |means| format!("Some({means})"));
        format!(
            "{:?}\nPostalAddress {{ name: {name:?}, line1: {line1:?}, line2: {line2:?}, city: {city:?}, region: {region:?}, \
             postal_code: {postal_code:?}, country: {country:?}, phone: {phone:?} }}\n{}\n{means}\n{:?}",
            self.email.as_ref().map(Email::as_str),
            self.points,
            self.expected_total
        )
    }
}
