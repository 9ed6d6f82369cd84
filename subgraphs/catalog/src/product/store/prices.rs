//! Filters and orders of lists by the price that is shown, over the table of lowest entered prices.
//!
//! Where prices are shown as they were entered these are plain ranges and the plain column, which its index serves.

use catalog_entities::{product, product_price};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, SelectStatement, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use crate::tax::ShownPrices;

/// A shown amount of one minor unit, in the order's whole numbers.
const SCALE: i64 = 10_000_000;
/// Entered amounts beyond it are equal in the order and the highest, so that no product overflows.
const HIGHEST_IN_ORDER: i64 = 400_000_000_000;

/// Products whose shown price lies between the two, both inclusive; none where nothing is sold.
pub fn between(prices: Option<&ShownPrices>, min: Option<i64>, max: Option<i64>) -> Condition {
    let Some(prices) = prices else { return Condition::all().add(product::Column::Id.is_null()) };
    let within = |(from, to)| product::Column::Id.in_subquery(priced(prices, from, to));
    let as_entered = within((min.unwrap_or(0), max.unwrap_or(i64::MAX)));
    let classes: Vec<&str> = prices.converted().map(|(class, _)| class).collect();
    if classes.is_empty() {
        return Condition::all().add(as_entered);
    }
    let mut any = Condition::any();
    for (class, treatment) in prices.converted() {
        let converted = within(prices.entered(min, max, treatment));
        any = any.add(product::Column::TaxClass.eq(class).and(converted));
    }
    any.add(product::Column::TaxClass.is_not_in(classes).and(as_entered))
}

fn priced(prices: &ShownPrices, from: i64, to: i64) -> SelectStatement {
    product_price::Entity::find()
        .select_only()
        .column(product_price::Column::ProductId)
        .filter(product_price::Column::Currency.eq(prices.currency().as_str()))
        .filter(product_price::Column::Amount.between(from, to))
        .into_query()
}

/// A number that grows with the shown price of a row of the joined table of prices.
pub fn order(prices: &ShownPrices) -> SimpleExpr {
    let amount = || Expr::col((product_price::Entity, product_price::Column::Amount));
    let mut classes = prices.converted().peekable();
    if classes.peek().is_none() {
        return amount();
    }
    let factor = |treatment| {
        let (numerator, denominator) = prices.ratio(treatment);
        SCALE.saturating_mul(numerator).checked_div(denominator).unwrap_or(SCALE)
    };
    let mut by_class = CaseStatement::new().case(amount().gt(HIGHEST_IN_ORDER), Expr::value(i64::MAX));
    for (class, treatment) in classes {
        let of_class = Expr::col((product::Entity, product::Column::TaxClass)).eq(class);
        by_class = by_class.case(of_class, amount().mul(factor(treatment)));
    }
    by_class.finally(amount().mul(SCALE)).into()
}
