//! How a captured amount divides, and the balanced postings of a capture and of each refund.
//!
//! Debits are positive, credits negative. A capture books
//! `gateway clearing + points redeemed + discounts paid by the platform = vendors' parts + commission + tax + shipping`.
//! Refunds reverse each part in proportion: the parts of all refunds so far are those of one refund of their sum
//! (largest-remainder method), so that nothing is lost to rounding and a full refund reverses the capture exactly.

use payments_entities::ledger_account::Kind;
use platform_commerce::{CurrencyCode, Money, MoneyError};
use platform_core::ErrorCode;
use platform_core::id::VendorId;
use serde::{Deserialize, Serialize};

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

/// One side of an entry: the account by kind and owner, and the signed amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    pub kind: Kind,
    pub owner: String,
    pub amount: Money,
}

impl Split {
    /// Whether the parts are what `amount`, points and discounts pay for.
    pub fn check(&self, amount: Money) -> Result<(), SplitError> {
        let parts = self.parts(amount.currency());
        let funds = [self.points_minor, self.discounts_minor];
        if parts.iter().any(|(_, _, m)| m.is_negative()) || funds.iter().any(|m| *m < 0) {
            return Err(SplitError::Negative);
        }
        let credits = Money::sum(amount.currency(), parts.iter().map(|(_, _, m)| *m))?;
        let debits = Money::sum(amount.currency(), [amount, self.points(amount), self.discounts(amount)])?;
        if credits == debits {
            Ok(())
        } else {
            Err(SplitError::Unbalanced { parts: credits, amount: debits })
        }
    }

    fn points(&self, amount: Money) -> Money {
        Money::from_minor(self.points_minor, amount.currency())
    }

    fn discounts(&self, amount: Money) -> Money {
        Money::from_minor(self.discounts_minor, amount.currency())
    }

    /// Everything that is credited at the capture, in a fixed order.
    fn parts(&self, currency: CurrencyCode) -> Vec<(Kind, String, Money)> {
        let money = |minor| Money::from_minor(minor, currency);
        let mut parts: Vec<_> = self
            .vendors
            .iter()
            .map(|v| (Kind::VendorPayable, v.vendor_id.to_string(), money(v.net_minor)))
            .collect();
        let commission = self.vendors.iter().map(|v| v.commission_minor).sum();
        parts.push((Kind::Commission, String::new(), money(commission)));
        parts.push((Kind::TaxPayable, String::new(), money(self.tax_minor)));
        parts.push((Kind::Shipping, String::new(), money(self.shipping_minor)));
        parts
    }

    /// The postings of capturing all of `amount` through `gateway`.
    pub fn capture(&self, amount: Money, gateway: &str) -> Result<Vec<Posting>, SplitError> {
        self.check(amount)?;
        let mut postings = vec![
            Posting { kind: Kind::GatewayClearing, owner: gateway.to_owned(), amount },
            Posting { kind: Kind::PointsLiability, owner: String::new(), amount: self.points(amount) },
            Posting { kind: Kind::Discounts, owner: String::new(), amount: self.discounts(amount) },
        ];
        for (kind, owner, part) in self.parts(amount.currency()) {
            postings.push(Posting { kind, owner, amount: part.checked_mul(-1)? });
        }
        postings.retain(|p| !p.amount.is_zero());
        Ok(postings)
    }

    /// The postings of giving back `refund` of a captured `amount`, of which `before` was given back already.
    pub fn refund(
        &self,
        amount: Money,
        before: Money,
        refund: Money,
        gateway: &str,
    ) -> Result<Vec<Posting>, SplitError> {
        let earlier = self.reversed(amount, before, gateway)?;
        let now = self.reversed(amount, before.checked_add(refund)?, gateway)?;
        let mut postings = Vec::with_capacity(now.len());
        for (after, before) in now.into_iter().zip(earlier) {
            let change = after.amount.checked_sub(before.amount)?;
            if !change.is_zero() {
                postings.push(Posting { amount: change, ..after });
            }
        }
        Ok(postings)
    }

    /// The value of points that refunds of `refunded` in all give back.
    pub fn points_returned(&self, amount: Money, refunded: Money) -> Result<Money, SplitError> {
        Ok(self.funds(amount, refunded)?.0)
    }

    /// Points and platform discounts reversed when `refunded` of `amount` is given back, each rounded by itself.
    fn funds(&self, amount: Money, refunded: Money) -> Result<(Money, Money), SplitError> {
        let share = |fund: Money| fund.checked_ratio(refunded.minor(), amount.minor().max(1));
        Ok((share(self.points(amount))?, share(self.discounts(amount))?))
    }

    /// All postings of having given back `refunded` in total; as many and in the same order for every total.
    fn reversed(&self, amount: Money, refunded: Money, gateway: &str) -> Result<Vec<Posting>, SplitError> {
        let (points, discounts) = self.funds(amount, refunded)?;
        let total = Money::sum(amount.currency(), [refunded, points, discounts])?;
        let parts = self.parts(amount.currency());
        let weights: Vec<i64> = parts.iter().map(|(_, _, m)| m.minor()).collect();
        let credit = |kind, owner: &str, amount: Money| -> Result<Posting, SplitError> {
            Ok(Posting { kind, owner: owner.to_owned(), amount: amount.checked_mul(-1)? })
        };
        let mut postings = vec![
            credit(Kind::GatewayClearing, gateway, refunded)?,
            credit(Kind::PointsLiability, "", points)?,
            credit(Kind::Discounts, "", discounts)?,
        ];
        for ((kind, owner, _), amount) in parts.into_iter().zip(total.allocate(&weights)?) {
            postings.push(Posting { kind, owner, amount });
        }
        Ok(postings)
    }
}

#[cfg(test)]
mod tests {
    use platform_core::id::VendorId;
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

    /// Check 28: partial refunds, in whatever pieces, reverse the capture exactly in the end.
    #[test]
    fn refunds_of_all_pieces_reverse_the_capture() {
        let amount = Money::from_minor(10_320 - 433, CurrencyCode::EUR);
        for piece in [1, 7, 333, 4_999, amount.minor()] {
            let mut left = amount.minor();
            let mut totals = std::collections::BTreeMap::<(Kind, String), i64>::new();
            for posting in split().capture(amount, "sandbox").unwrap() {
                *totals.entry((posting.kind, posting.owner)).or_default() += posting.amount.minor();
            }
            while left > 0 {
                let refund = Money::from_minor(piece.min(left), CurrencyCode::EUR);
                let before = Money::from_minor(amount.minor() - left, CurrencyCode::EUR);
                let postings = split().refund(amount, before, refund, "sandbox").unwrap();
                assert!(sums_to_zero(&postings));
                for posting in postings {
                    *totals.entry((posting.kind, posting.owner)).or_default() += posting.amount.minor();
                }
                left -= refund.minor();
            }
            assert!(totals.values().all(|total| *total == 0), "pieces of {piece}: {totals:?}");
        }
    }
}
