//! How what is paid for an order divides, as the checkout says it.

use payments_entities::ledger_account::Kind;
use platform_commerce::{Money, MoneyError};
use platform_core::ErrorCode;
use platform_core::id::VendorId;
use serde::{Deserialize, Serialize};

use super::division::{Division, Posting};

/// What one vendor has from an order, and what Souk keeps of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorPart {
    pub vendor_id: VendorId,
    /// What the vendor gets, commission taken off.
    pub net_minor: i64,
    pub commission_minor: i64,
}

/// How the amount of a payment divides, in minor units of its currency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    pub vendors: Vec<VendorPart>,
    pub tax_minor: i64,
    pub shipping_minor: i64,
    pub points_minor: i64,
    /// Discounts that the platform, not a vendor, pays for.
    pub discounts_minor: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    #[error("the parts of the split are {parts}, but {amount} is paid")]
    Unbalanced { parts: Money, amount: Money },
    #[error("a part of the split is negative")]
    Negative,
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl platform_core::ApiError for SplitError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Unbalanced { .. } | Self::Negative => ErrorCode::BadUserInput,
            Self::Money(_) => ErrorCode::Internal,
        }
    }

    fn field(&self) -> Option<&str> {
        Some("split")
    }
}

impl Split {
    /// Whether the parts are what `amount`, points and discounts pay for.
    pub fn check(&self, amount: Money) -> Result<(), SplitError> {
        let division = self.divide(amount);
        if division.has_negative() {
            return Err(SplitError::Negative);
        }
        let (parts, paid) = (division.parts()?, division.paid()?);
        if parts == paid { Ok(()) } else { Err(SplitError::Unbalanced { parts, amount: paid }) }
    }

    /// How `amount` divides by it.
    pub fn divide(&self, amount: Money) -> Division {
        let money = |minor| Money::from_minor(minor, amount.currency());
        let part = |kind, owner: String, minor| Posting { kind, owner, amount: money(minor) };
        let mut parts: Vec<_> = self
            .vendors
            .iter()
            .map(|v| part(Kind::VendorPayable, v.vendor_id.to_string(), v.net_minor))
            .collect();
        let commission = self.vendors.iter().map(|v| v.commission_minor).sum();
        parts.push(part(Kind::Commission, String::new(), commission));
        parts.push(part(Kind::TaxPayable, String::new(), self.tax_minor));
        parts.push(part(Kind::Shipping, String::new(), self.shipping_minor));
        Division {
            money: amount,
            points: money(self.points_minor),
            discounts: money(self.discounts_minor),
            parts,
        }
    }

    /// The postings of capturing all of `amount` through `gateway`.
    pub fn capture(&self, amount: Money, gateway: &str) -> Result<Vec<Posting>, SplitError> {
        self.check(amount)?;
        Ok(self.divide(amount).taken(gateway)?)
    }
}

#[cfg(test)]
mod tests {
    use platform_commerce::CurrencyCode;
    use uuid::Uuid;

    use super::*;

    fn split() -> Split {
        let vendor = |n: u128, net_minor, commission_minor| VendorPart {
            vendor_id: VendorId(Uuid::from_u128(n)),
            net_minor,
            commission_minor,
        };
        Split {
            vendors: vec![vendor(1, 5_333, 667), vendor(2, 2_001, 249)],
            tax_minor: 1_571,
            shipping_minor: 499,
            points_minor: 333,
            discounts_minor: 100,
        }
    }

    fn sums_to_zero(postings: &[Posting]) -> bool {
        postings.iter().map(|p| p.amount.minor()).sum::<i64>() == 0
    }

    /// Check 28: vendor parts + commission + tax + shipping = captured + points + discounts paid by the platform.
    #[test]
    fn a_capture_balances_and_an_unbalanced_split_is_refused() {
        let amount = Money::from_minor(10_320 - 433, CurrencyCode::EUR);
        assert!(sums_to_zero(&split().capture(amount, "sandbox").unwrap()));
        let short = Money::from_minor(amount.minor() - 1, CurrencyCode::EUR);
        assert!(matches!(split().capture(short, "sandbox"), Err(SplitError::Unbalanced { .. })));
    }
}
