//! How what is paid divides.

use platform_core::id::VendorId;
use serde::{Deserialize, Serialize};

use super::asked::{SplitInput, VendorPartInput};

/// One vendor's part of what is paid, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VendorPart {
    pub vendor_id: VendorId,
    pub net_minor: i64,
    pub commission_minor: i64,
}

/// In minor units: `amount + points + discounts = Σ (net + commission) + tax + shipping`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Split {
    pub vendors: Vec<VendorPart>,
    pub tax_minor: i64,
    pub shipping_minor: i64,
    pub points_minor: i64,
    pub discounts_minor: i64,
}

impl From<&Split> for SplitInput {
    fn from(split: &Split) -> Self {
        let part = |part: &VendorPart| VendorPartInput {
            vendor_id: part.vendor_id,
            net_minor: part.net_minor,
            commission_minor: part.commission_minor,
        };
        Self {
            vendors: split.vendors.iter().map(part).collect(),
            tax_minor: split.tax_minor,
            shipping_minor: split.shipping_minor,
            points_minor: split.points_minor,
            discounts_minor: split.discounts_minor,
        }
    }
}
