//! How a cart can be delivered and what each way costs, as logistics says.

use std::collections::BTreeMap;

use platform_commerce::{CurrencyCode, Money, MoneyError};
use platform_core::id::VendorId;
use platform_identity::Caller;
use platform_server::PeerError;

use super::service::QuoteError;
use crate::app::App;
use crate::destination::Destination;
use crate::peers::catalog::PricedLine;
use crate::peers::logistics::{
    self, DeliveryAddress, DeliveryChoice, DeliveryOption, Load, Options, ParcelLoad,
};

/// The fee of each vendor's parcel, as entered.
pub type Fees = BTreeMap<VendorId, Money>;

/// How the lines can be delivered, and how it is with what was chosen.
pub async fn options(
    app: &App,
    caller: &Caller,
    lines: &[PricedLine],
    currency: CurrencyCode,
    destination: &Destination,
    choice: Option<&DeliveryChoice>,
) -> Result<Options, QuoteError> {
    let load = Load {
        address: DeliveryAddress {
            line1: destination.line1.clone(),
            city: destination.city.clone(),
            postal_code: destination.postal_code.clone(),
            country: destination.country.clone(),
        },
        currency,
        parcels: parcels(lines)?,
        choice: choice.map(Into::into),
    };
    let options: Result<Options, PeerError> = logistics::delivery_options(app.peers(), caller, load).await;
    options.map_err(QuoteError::Delivery)
}

/// What each vendor sends, by weight and by the value of its goods as entered, before discounts: neither a coupon nor where
/// they go makes a parcel dearer.
fn parcels(lines: &[PricedLine]) -> Result<Vec<ParcelLoad>, MoneyError> {
    let mut parcels = BTreeMap::<VendorId, (i64, Money)>::new();
    for line in lines {
        let pieces = i64::from(line.quantity);
        let value = line.listed_price.checked_mul(pieces)?;
        let grams = line.weight_grams.saturating_mul(pieces);
        let (weight, worth) =
            parcels.entry(line.vendor_id).or_insert((0, Money::zero(line.listed_price.currency())));
        *weight = weight.saturating_add(grams);
        *worth = worth.checked_add(value)?;
    }
    let load = |(vendor_id, (grams, value)): (VendorId, (i64, Money))| ParcelLoad {
        vendor_id,
        grams,
        value_minor: value.minor(),
    };
    Ok(parcels.into_iter().map(load).collect())
}

/// The service that counts: the one that was chosen, or the first that needs nothing more chosen.
pub fn chosen(options: &Options) -> Option<&DeliveryOption> {
    let id = options.chosen_id?;
    options.options.iter().find(|option| option.service_id == id)
}

/// What a service costs; nothing where there is none.
pub fn fees(option: Option<&DeliveryOption>) -> Fees {
    let fees = option.into_iter().flat_map(|option| &option.fees);
    fees.map(|fee| (fee.vendor_id, fee.fee)).collect()
}
