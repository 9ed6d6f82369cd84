//! What pieces cost the buyer, and how much of it goes back in money.
//!
//! Both are rounded cumulatively: what n of a line's pieces cost is their part of its total, rounded once, and a refund
//! gives back what that is more than was given back before. So the sums of all refunds are rounded, and not each: they
//! are off by half a minor unit at most, and all pieces come to the total exactly (D. E. Knuth, "Two-Way Rounding", SIAM
//! Journal on Discrete Mathematics 8, 1995: of a sequence rounded so, each partial sum is rounded too).

use orders_entities::{order, order_line, order_refund};
use platform_commerce::{CurrencyCode, Money, MoneyError};

/// A line: what the buyer paid for its pieces, with tax and after discounts, and what of it was given back.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    total: Money,
    pieces: i32,
    refunded_pieces: i32,
    refunded: Money,
}

impl Line {
    pub fn of(line: &order_line::Model, currency: CurrencyCode) -> Self {
        Self {
            total: Money::from_minor(line.total_minor, currency),
            pieces: line.quantity,
            refunded_pieces: line.refunded_quantity,
            refunded: Money::from_minor(line.refunded_minor, currency),
        }
    }

    /// What `more` of its pieces are given back for.
    pub fn price(self, more: i32) -> Result<Money, MoneyError> {
        let refunded_pieces = i64::from(self.refunded_pieces).saturating_add(more.into());
        let due =
            self.total.checked_ratio(refunded_pieces, self.pieces.into())?.checked_sub(self.refunded)?;
        // Where a refund failed whose pieces came before those that are refunded, a little more may be given back already.
        Ok(if due.is_negative() { Money::zero(due.currency()) } else { due })
    }
}

/// An order: what was paid for it, and what of it was given back for pieces and shipping.
#[derive(Debug, Clone, Copy)]
pub struct Paid {
    total: Money,
    /// The part of the total that points did not pay.
    in_money: Money,
    refunded: Money,
    refunded_in_money: Money,
}

impl Paid {
    /// With the refunds that count.
    pub fn of(order: &order::Model, refunds: &[order_refund::Model], currency: CurrencyCode) -> Self {
        let money = |minor| Money::from_minor(minor, currency);
        Self {
            total: money(order.total_minor),
            in_money: money(order.total_minor.saturating_sub(order.points_minor)),
            refunded: money(refunds.iter().map(|refund| refund.value_minor).sum()),
            refunded_in_money: money(refunds.iter().map(|refund| refund.money_minor).sum()),
        }
    }

    /// The part of `value` that goes back in money; points pay the rest.
    pub fn in_money(self, value: Money) -> Result<Money, MoneyError> {
        if self.total.is_zero() {
            return Ok(self.total);
        }
        let refunded = self.refunded.checked_add(value)?;
        let due = self.in_money.checked_ratio(refunded.minor(), self.total.minor())?;
        let due = due.checked_sub(self.refunded_in_money)?.minor();
        Ok(Money::from_minor(due.clamp(0, value.minor()), value.currency()))
    }
}

/// The shipping of an order, with tax.
pub fn shipping(order: &order::Model, lines: &[order_line::Model]) -> i64 {
    let goods: i64 = lines.iter().map(|line| line.total_minor).sum();
    order.total_minor.saturating_sub(goods).max(0)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::{prop_assert, prop_assert_eq, proptest};

    use super::*;

    fn eur(minor: i64) -> Money {
        Money::from_minor(minor, CurrencyCode::EUR)
    }

    /// A refund of pieces that counts: its line, how many, their price, and the part of it in money.
    type Refund = (usize, i32, Money, Money);

    /// An order of lines and shipping that pieces are refunded of.
    struct Books {
        lines: Vec<Line>,
        shipping: Money,
        paid: Paid,
        refunds: Vec<Refund>,
    }

    impl Books {
        fn open(lines: &[(i64, i32)], shipping: i64, points: i64) -> Self {
            let line = |(total, pieces): &(i64, i32)| Line {
                total: eur(*total),
                pieces: *pieces,
                refunded_pieces: 0,
                refunded: eur(0),
            };
            let total = shipping + lines.iter().map(|(total, _)| total).sum::<i64>();
            let paid = Paid {
                total: eur(total),
                in_money: eur(total - points.min(total)),
                refunded: eur(0),
                refunded_in_money: eur(0),
            };
            Self {
                lines: lines.iter().map(line).collect(),
                shipping: eur(shipping),
                paid,
                refunds: Vec::new(),
            }
        }

        fn count(&mut self, (line, pieces, value, money): Refund, sign: i32) -> Result<(), MoneyError> {
            let signed = |amount: Money| amount.checked_mul(i64::from(sign));
            let counted = &mut self.lines[line];
            counted.refunded_pieces += pieces * sign;
            counted.refunded = counted.refunded.checked_add(signed(value)?)?;
            self.count_order(signed(value)?, signed(money)?)
        }

        fn count_order(&mut self, value: Money, money: Money) -> Result<(), MoneyError> {
            self.paid.refunded = self.paid.refunded.checked_add(value)?;
            self.paid.refunded_in_money = self.paid.refunded_in_money.checked_add(money)?;
            Ok(())
        }

        /// As many of the pieces as there are left.
        fn refund(&mut self, line: usize, pieces: i32) -> Result<(), MoneyError> {
            let pieces = pieces.min(self.lines[line].pieces - self.lines[line].refunded_pieces);
            let value = self.lines[line].price(pieces)?;
            let refund = (line, pieces, value, self.paid.in_money(value)?);
            self.count(refund, 1)?;
            self.refunds.push(refund);
            Ok(())
        }

        fn fail(&mut self, nth: usize) -> Result<(), MoneyError> {
            if self.refunds.is_empty() {
                return Ok(());
            }
            let refund = self.refunds.swap_remove(nth % self.refunds.len());
            self.count(refund, -1)
        }
    }

    proptest! {
        /// Check 29: whatever is refunded in whatever order, and whichever refunds fail, never more than was paid is given
        /// back; all pieces and the shipping are exactly what was paid, line by line, and in money.
        #[test]
        fn refunds_are_never_more_than_was_paid_and_in_the_end_all_of_it(
            lines in vec((0_i64..100_000, 1_i32..40), 1..6),
            shipping in 0_i64..2_000,
            points in 0_i64..200_000,
            // A line with pieces to refund, or none: then a refund fails.
            steps in vec((0_usize..100, 0_i32..6), 0..60),
        ) {
            let mut books = Books::open(&lines, shipping, points);
            let count = lines.len();
            for (at, pieces) in steps {
                match pieces {
                    0 => books.fail(at)?,
                    pieces => books.refund(at % count, pieces)?,
                }
                for line in &books.lines {
                    prop_assert!((0..=line.total.minor()).contains(&line.refunded.minor()), "{line:?}");
                }
                let paid = books.paid;
                prop_assert!((0..=paid.total.minor()).contains(&paid.refunded.minor()), "{paid:?}");
                let in_money = paid.refunded_in_money.minor();
                prop_assert!((0..=paid.in_money.minor()).contains(&in_money), "{paid:?}");
            }
            for at in 0..count {
                while books.lines[at].refunded_pieces < books.lines[at].pieces {
                    books.refund(at, 1)?;
                }
                prop_assert_eq!(books.lines[at].refunded, books.lines[at].total);
            }
            let money = books.paid.in_money(books.shipping)?;
            books.count_order(books.shipping, money)?;
            prop_assert_eq!(books.paid.refunded, books.paid.total);
            prop_assert_eq!(books.paid.refunded_in_money, books.paid.in_money);
        }
    }
}
