//! How an amount divides, as the checkout says it.

use async_graphql::InputObject;
use platform_core::id::VendorId;

use super::split::{Split, VendorPart};

/// How the payment's amount divides, in minor units of its currency:
/// `amount + points + discounts = Σ (net + commission) + tax + shipping`.
#[derive(InputObject)]
pub struct SplitInput {
    /// One for each vendor of the order.
    pub vendors: Vec<VendorPartInput>,
    /// Tax, that on shipping included.
    pub tax_minor: i64,
    /// Shipping fees without tax.
    pub shipping_minor: i64,
    /// What points pay for.
    pub points_minor: i64,
    /// Discounts that the platform pays for.
    pub discounts_minor: i64,
}

/// What a vendor has from an order, and what the shop keeps of it.
#[derive(InputObject)]
pub struct VendorPartInput {
    /// The vendor.
    pub vendor_id: VendorId,
    /// What the vendor gets, commission taken off.
    pub net_minor: i64,
    /// What the shop keeps.
    pub commission_minor: i64,
}

impl From<SplitInput> for Split {
    fn from(input: SplitInput) -> Self {
        let vendors = input.vendors.into_iter().map(|part| VendorPart {
            vendor_id: part.vendor_id,
            net_minor: part.net_minor,
            commission_minor: part.commission_minor,
        });
        Self {
            vendors: vendors.collect(),
            tax_minor: input.tax_minor,
            shipping_minor: input.shipping_minor,
            points_minor: input.points_minor,
            discounts_minor: input.discounts_minor,
        }
    }
}
