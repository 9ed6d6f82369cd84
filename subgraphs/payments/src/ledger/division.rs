//! How money divides among those who have a part in it, and what of it is left after refunds.
//!
//! Debits are positive, credits negative. A capture books
//! `gateway clearing + points redeemed + discounts paid by the platform = vendors' parts + commission + tax + shipping`.
//! A refund of pieces takes back what these pieces have of each; one of an amount takes from each in proportion to what is
//! left of it (largest-remainder method). Both take from what is left alone, so that nothing is lost to rounding, and all
//! refunds together reverse the capture exactly, whichever they are.

use payments_entities::ledger_account::Kind;
use platform_commerce::{CurrencyCode, Money, MoneyError};

/// One side of an entry: the account by kind and owner, and the signed amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    pub kind: Kind,
    pub owner: String,
    pub amount: Money,
}

/// What pays, and who has what part of it. Both come to the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    pub money: Money,
    pub points: Money,
    pub discounts: Money,
    /// In an order that is fixed by the split; none is negative.
    pub(super) parts: Vec<Posting>,
}

impl Division {
    fn currency(&self) -> CurrencyCode {
        self.money.currency()
    }

    /// What pays.
    pub fn paid(&self) -> Result<Money, MoneyError> {
        Money::sum(self.currency(), [self.money, self.points, self.discounts])
    }

    /// What all parts are.
    pub fn parts(&self) -> Result<Money, MoneyError> {
        Money::sum(self.currency(), self.parts.iter().map(|part| part.amount))
    }

    pub fn has_negative(&self) -> bool {
        let funds = [self.money, self.points, self.discounts];
        self.parts.iter().map(|part| part.amount).chain(funds).any(Money::is_negative)
    }

    /// What is left after refunds that were booked with these postings.
    pub fn after<'a>(mut self, refunds: impl IntoIterator<Item = &'a Posting>) -> Result<Self, MoneyError> {
        for posting in refunds {
            let (left, back) = match posting.kind {
                Kind::GatewayClearing => (&mut self.money, posting.amount),
                Kind::PointsLiability => (&mut self.points, posting.amount),
                Kind::Discounts => (&mut self.discounts, posting.amount),
                Kind::VendorPayable | Kind::Commission | Kind::TaxPayable | Kind::Shipping => {
                    let mut parts = self.parts.iter_mut();
                    let part = parts.find(|part| part.kind == posting.kind && part.owner == posting.owner);
                    let Some(part) = part else { continue };
                    (&mut part.amount, posting.amount.checked_mul(-1)?)
                }
                Kind::PointsExpense => continue,
            };
            *left = left.checked_add(back)?;
        }
        Ok(self)
    }

    /// What goes back with `amount` of the money: of everything the same part. With the last of the money goes all.
    pub fn share(&self, amount: Money) -> Result<Self, MoneyError> {
        if amount.minor() >= self.money.minor() {
            return Ok(self.clone());
        }
        let of = |fund: Money| fund.checked_ratio(amount.minor(), self.money.minor());
        let back = Self {
            money: amount,
            points: of(self.points)?,
            discounts: of(self.discounts)?,
            parts: Vec::new(),
        };
        let weights: Vec<i64> = self.parts.iter().map(|part| part.amount.minor()).collect();
        let amounts = back.paid()?.allocate(&weights)?;
        Ok(Self { parts: self.with(amounts), ..back })
    }

    /// What goes back with pieces that divide as `wanted`: that, as far as it is left. What is missing of one part, because
    /// an amount was given back before, is taken from what is left of the others.
    pub fn pieces(&self, wanted: &Self) -> Result<Self, MoneyError> {
        let back = Self {
            money: wanted.money,
            points: least(wanted.points, self.points),
            discounts: least(wanted.discounts, self.discounts),
            parts: Vec::new(),
        };
        let paid = back.paid()?;
        let mut taken: Vec<i64> =
            self.parts.iter().map(|left| wanted.part_like(left).min(left.amount.minor())).collect();
        let sum: i64 = taken.iter().sum();
        let missing = paid.minor().saturating_sub(sum);
        let amounts = if missing > 0 {
            let weights: Vec<i64> =
                self.parts.iter().zip(&taken).map(|(left, taken)| left.amount.minor() - taken).collect();
            let more = Money::from_minor(missing, self.currency()).allocate(&weights)?;
            for (taken, more) in taken.iter_mut().zip(more) {
                *taken = taken.saturating_add(more.minor());
            }
            taken.into_iter().map(|minor| Money::from_minor(minor, self.currency())).collect()
        } else {
            paid.allocate(&taken)?
        };
        Ok(Self { parts: self.with(amounts), ..back })
    }

    fn part_like(&self, other: &Posting) -> i64 {
        let same = self.parts.iter().filter(|part| part.kind == other.kind && part.owner == other.owner);
        same.map(|part| part.amount.minor()).sum()
    }

    fn with(&self, amounts: Vec<Money>) -> Vec<Posting> {
        self.parts.iter().zip(amounts).map(|(part, amount)| Posting { amount, ..part.clone() }).collect()
    }

    /// The postings by which all of it is taken through `gateway`.
    pub fn taken(&self, gateway: &str) -> Result<Vec<Posting>, MoneyError> {
        let fund = |kind, owner: &str, amount| Posting { kind, owner: owner.to_owned(), amount };
        let mut postings = vec![
            fund(Kind::GatewayClearing, gateway, self.money),
            fund(Kind::PointsLiability, "", self.points),
            fund(Kind::Discounts, "", self.discounts),
        ];
        for part in &self.parts {
            postings.push(Posting { amount: part.amount.checked_mul(-1)?, ..part.clone() });
        }
        postings.retain(|posting| !posting.amount.is_zero());
        Ok(postings)
    }

    /// The postings by which all of it is given back through `gateway`.
    pub fn given_back(&self, gateway: &str) -> Result<Vec<Posting>, MoneyError> {
        let mut postings = self.taken(gateway)?;
        for posting in &mut postings {
            posting.amount = posting.amount.checked_mul(-1)?;
        }
        Ok(postings)
    }
}

fn least(one: Money, other: Money) -> Money {
    if one.minor() <= other.minor() { one } else { other }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use platform_core::id::VendorId;
    use proptest::collection::vec;
    use proptest::{prop_assert, prop_assert_eq, proptest};
    use uuid::Uuid;

    use super::*;
    use crate::ledger::split::{Split, VendorPart};

    fn eur(minor: i64) -> Money {
        Money::from_minor(minor, CurrencyCode::EUR)
    }

    fn vendor(number: usize) -> VendorId {
        VendorId(Uuid::from_u128(u128::try_from(number).unwrap_or_default()))
    }

    /// Pieces: whose they are, their net, commission and tax, and what of them points and the platform pay in hundredths.
    type Piece = (usize, i64, i64, i64, i64, i64);

    fn split_of((owner, net_minor, commission_minor, tax_minor, points, discounts): Piece) -> (Split, Money) {
        let all = net_minor + commission_minor + tax_minor;
        let (points_minor, discounts_minor) = (all * points / 100, all * discounts / 100);
        let vendors = vec![VendorPart { vendor_id: vendor(owner), net_minor, commission_minor }];
        let split = Split { vendors, tax_minor, shipping_minor: 0, points_minor, discounts_minor };
        (split, eur(all - points_minor - discounts_minor))
    }

    /// What all pieces are together, and 4.99 of shipping.
    fn whole(pieces: &[Piece]) -> (Split, Money) {
        let mut all = Split { shipping_minor: 419, tax_minor: 80, ..Split::default() };
        let mut money = eur(499);
        for piece in pieces {
            let (split, part) = split_of(*piece);
            money = eur(money.minor() + part.minor());
            all.tax_minor += split.tax_minor;
            all.points_minor += split.points_minor;
            all.discounts_minor += split.discounts_minor;
            for part in split.vendors {
                match all.vendors.iter_mut().find(|known| known.vendor_id == part.vendor_id) {
                    Some(known) => {
                        known.net_minor += part.net_minor;
                        known.commission_minor += part.commission_minor;
                    }
                    None => all.vendors.push(part),
                }
            }
        }
        (all, money)
    }

    proptest! {
        /// Check 28: pieces and amounts given back in whatever order reverse the capture exactly in the end, never more of
        /// anything than was taken; and without amounts each piece gives back its own parts and nobody else's.
        #[test]
        fn refunds_of_pieces_and_amounts_reverse_the_capture(
            pieces in vec((0_usize..3, 0_i64..9_000, 0_i64..900, 0_i64..1_900, 0_i64..50, 0_i64..50), 1..6),
            amounts in vec((0_usize..6, 0_i64..5_000), 0..4),
        ) {
            let (split, money) = whole(&pieces);
            let mut left = split.divide(money);
            let mut books = BTreeMap::<(Kind, String), i64>::new();
            let mut book = |postings: &[Posting]| {
                for posting in postings {
                    *books.entry((posting.kind, posting.owner.clone())).or_default() += posting.amount.minor();
                }
                postings.iter().map(|posting| posting.amount.minor()).sum::<i64>()
            };
            prop_assert_eq!(book(&split.capture(money, "sandbox")?), 0);
            for (at, piece) in pieces.iter().enumerate() {
                for (_, amount) in amounts.iter().filter(|(before, _)| *before == at) {
                    let back = left.share(eur((*amount).min(left.money.minor())))?;
                    prop_assert_eq!(book(&back.given_back("sandbox")?), 0);
                    left = left.after(&back.given_back("sandbox")?)?;
                }
                let (part, money) = split_of(*piece);
                let wanted = part.divide(eur(money.minor().min(left.money.minor())));
                let back = left.pieces(&wanted)?;
                if amounts.is_empty() {
                    prop_assert_eq!(back.taken("sandbox")?, wanted.taken("sandbox")?);
                }
                prop_assert_eq!(book(&back.given_back("sandbox")?), 0);
                left = left.after(&back.given_back("sandbox")?)?;
                prop_assert!(!left.has_negative(), "{left:?}");
            }
            let rest = left.share(left.money)?;
            book(&rest.given_back("sandbox")?);
            prop_assert!(books.values().all(|sum| *sum == 0), "{books:?}");
        }
    }
}
