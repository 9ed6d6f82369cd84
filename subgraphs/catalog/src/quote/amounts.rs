//! The amounts of lines, as entered and as paid. Pure.
//!
//! Invariants: `net + tax = total` of each line; `subtotal - discount` is the net amount where tax is not shown, and the
//! total where it is; the tax of the lines that are treated alike is that of their sum.

use platform_commerce::{Money, MoneyError, TaxTreatment, Taxed};

use crate::tax::Taxation;

/// What a line costs as its price was entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entered {
    /// Price × quantity.
    pub subtotal: Money,
    /// Not negative, at most `subtotal`.
    pub discount: Money,
}

impl Entered {
    pub fn amount(self) -> Result<Money, MoneyError> {
        self.subtotal.checked_sub(self.discount)
    }
}

/// What a line costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineAmounts {
    /// After the discount, as entered.
    pub entered: Money,
    pub discount: Taxed,
    /// After the discount; its gross amount is what the buyer pays.
    pub taxed: Taxed,
    /// By which `entered` was taken apart.
    pub treatment: TaxTreatment,
}

impl LineAmounts {
    /// Before the discount.
    pub fn subtotal(&self, shown: impl Fn(Taxed) -> Money) -> Result<Money, MoneyError> {
        shown(self.taxed).checked_add(shown(self.discount))
    }
}

/// Taxes lines, each with its tax class.
pub fn tax(taxation: &Taxation, lines: &[(Entered, &str)]) -> Result<Vec<LineAmounts>, MoneyError> {
    let mut entered = Vec::with_capacity(lines.len());
    for (line, class) in lines {
        entered.push((line.amount()?, taxation.treatment(class)));
    }
    let parts = TaxTreatment::parts(&entered)?;
    let amounts = lines.iter().zip(entered).zip(parts);
    amounts
        .map(|(((line, _), (entered, treatment)), part)| {
            Ok(LineAmounts {
                entered,
                discount: treatment.take_apart(line.discount)?,
                taxed: treatment.apply(entered, part)?,
                treatment,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use platform_commerce::CurrencyCode;
    use platform_commerce::market::TaxDisplay;
    use proptest::collection::vec;
    use proptest::{prop_assert_eq, proptest};

    use super::*;

    /// Rates at home and at each destination: one like home, one that taxes some goods alone, one that taxes nothing.
    const CLASSES: [[(&str, i64, i64); 4]; 3] = [
        [("standard", 190_000, 190_000), ("reduced", 70_000, 70_000), ("books", 0, 0), ("free", 0, 0)],
        [("standard", 190_000, 0), ("reduced", 70_000, 50_000), ("books", 0, 190_000), ("free", 0, 0)],
        [("standard", 190_000, 0), ("reduced", 70_000, 0), ("books", 0, 0), ("free", 0, 0)],
    ];

    fn eur(minor: i64) -> Money {
        Money::from_minor(minor, CurrencyCode::EUR)
    }

    fn sum(amounts: impl Iterator<Item = Money>) -> i64 {
        Money::sum(CurrencyCode::EUR, amounts).unwrap().minor()
    }

    proptest! {
        /// Check 46: net and tax are what is paid, of every line and of the cart; both displays say the same; the tax of
        /// what is treated alike is that of all its lines; a piece alone costs what its page shows.
        #[test]
        fn random_carts_add_up(
            prices_include_tax: bool,
            destination in 0..CLASSES.len(),
            cart in vec((1_i64..200_000, 1_i64..40, 0_i64..=100, 0..CLASSES[0].len()), 0..12),
        ) {
            let classes = CLASSES[destination];
            let taxation = Taxation::at_rates(prices_include_tax, &classes);
            let lines: Vec<(Entered, &str)> = cart
                .iter()
                .map(|(price, quantity, percent, class)| {
                    let subtotal = eur(price * quantity);
                    (Entered { subtotal, discount: subtotal.checked_ratio(*percent, 100).unwrap() }, classes[*class].0)
                })
                .collect();
            let amounts = tax(&taxation, &lines).unwrap();
            for line in &amounts {
                prop_assert_eq!(line.taxed.net.checked_add(line.taxed.tax).unwrap(), line.taxed.gross);
                for display in [TaxDisplay::Inclusive, TaxDisplay::Exclusive] {
                    let shown = |amount: Taxed| amount.shown(display);
                    let left = line.subtotal(shown).unwrap().checked_sub(shown(line.discount)).unwrap();
                    prop_assert_eq!(left, shown(line.taxed));
                }
            }
            let without = sum(amounts.iter().map(|line| line.taxed.shown(TaxDisplay::Exclusive)));
            let taxes = sum(amounts.iter().map(|line| line.taxed.tax));
            prop_assert_eq!(without + taxes, sum(amounts.iter().map(|line| line.taxed.shown(TaxDisplay::Inclusive))));
            for treatment in classes.map(|(class, ..)| taxation.treatment(class)) {
                let alike = || lines.iter().zip(&amounts).filter(|(_, line)| line.treatment == treatment);
                let entered = sum(alike().map(|((line, _), _)| line.amount().unwrap()));
                let together = treatment.take_apart(eur(entered)).unwrap();
                prop_assert_eq!(sum(alike().map(|(_, line)| line.taxed.net)), together.net.minor());
                prop_assert_eq!(sum(alike().map(|(_, line)| line.taxed.gross)), together.gross.minor());
            }
            for (price, _, _, class) in cart {
                let class = classes[class].0;
                let one = Entered { subtotal: eur(price), discount: eur(0) };
                let page = taxation.treatment(class).take_apart(eur(price)).unwrap();
                prop_assert_eq!(tax(&taxation, &[(one, class)]).unwrap()[0].taxed, page);
            }
        }
    }
}
