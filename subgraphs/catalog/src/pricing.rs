//! Which price of an offer applies, and which offers decide what a product costs.
//!
//! Rules: of all prices of an offer in the wanted currency that are open to the customer's group (those of the group, and
//! those for everybody) and whose quantity is reached, the lowest applies. Of several offers with a price those decide
//! that can be bought now, and where none can, all ([`deciding`]): on the page, in lists and in searches alike.
//! Deliberately absent: conversion between currencies; an offer without a price in a currency is not sold in it.

use std::collections::BTreeMap;

use platform_commerce::{CurrencyCode, Money};

/// A price as an offer lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPrice {
    pub currency: CurrencyCode,
    /// `None`: for everybody.
    pub customer_group: Option<String>,
    pub min_quantity: i64,
    pub amount: Money,
    pub compare_at: Option<Money>,
}

impl ListPrice {
    /// Whether it is that of one piece for everybody.
    fn is_public(&self) -> bool {
        self.customer_group.is_none() && self.min_quantity == 1
    }

    fn open_to(&self, group: Option<&str>) -> bool {
        self.customer_group.is_none() || self.customer_group.as_deref() == group
    }
}

/// The price of one piece when `quantity` are bought.
pub fn applicable<'a>(
    prices: &'a [ListPrice],
    currency: CurrencyCode,
    group: Option<&str>,
    quantity: i64,
) -> Option<&'a ListPrice> {
    prices
        .iter()
        .filter(|p| p.currency == currency && p.min_quantity <= quantity && p.open_to(group))
        .min_by_key(|p| p.amount.minor())
}

/// The quantities at which the price of one piece falls, with the price from there on, from 1 up.
pub fn tiers<'a>(prices: &'a [ListPrice], currency: CurrencyCode, group: Option<&str>) -> Vec<&'a ListPrice> {
    let mut open: Vec<&ListPrice> =
        prices.iter().filter(|p| p.currency == currency && p.open_to(group)).collect();
    open.sort_by_key(|p| (p.min_quantity, p.amount.minor()));
    let mut tiers: Vec<&ListPrice> = Vec::new();
    for price in open {
        if tiers.last().is_none_or(|last| price.amount.minor() < last.amount.minor()) {
            tiers.push(price);
        }
    }
    tiers
}

/// Of offers with a price those that decide what is shown: the ones in stock, or all where none is.
pub fn deciding<T>(priced: impl IntoIterator<Item = T>, in_stock: impl Fn(&T) -> bool) -> Vec<T> {
    let (buyable, sold_out): (Vec<T>, Vec<T>) = priced.into_iter().partition(in_stock);
    if buyable.is_empty() { sold_out } else { buyable }
}

/// The lowest public price of one piece in each currency, in minor units, from the prices of offers with whether they
/// are in stock.
pub fn lowest_public<'a>(
    prices: impl IntoIterator<Item = (bool, &'a ListPrice)>,
) -> BTreeMap<CurrencyCode, i64> {
    let mut by_currency: BTreeMap<CurrencyCode, Vec<(bool, i64)>> = BTreeMap::new();
    for (in_stock, price) in prices.into_iter().filter(|(_, price)| price.is_public()) {
        by_currency.entry(price.currency).or_default().push((in_stock, price.amount.minor()));
    }
    let lowest = by_currency.into_iter().filter_map(|(currency, prices)| {
        let amounts = deciding(prices, |(in_stock, _)| *in_stock).into_iter().map(|(_, amount)| amount);
        Some((currency, amounts.min()?))
    });
    lowest.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(group: Option<&str>, min_quantity: i64, minor: i64) -> ListPrice {
        ListPrice {
            currency: CurrencyCode::EUR,
            customer_group: group.map(str::to_owned),
            min_quantity,
            amount: Money::from_minor(minor, CurrencyCode::EUR),
            compare_at: None,
        }
    }

    #[test]
    fn the_lowest_price_open_to_the_customer_applies() {
        let prices = [
            price(None, 1, 1000),
            price(None, 10, 900),
            price(Some("club"), 1, 950),
            price(Some("trade"), 1, 500),
        ];
        let amount = |currency, group, quantity| {
            applicable(&prices, currency, group, quantity).map(|p| p.amount.minor())
        };
        assert_eq!(amount(CurrencyCode::EUR, None, 1), Some(1000));
        assert_eq!(amount(CurrencyCode::EUR, None, 10), Some(900));
        assert_eq!(amount(CurrencyCode::EUR, Some("club"), 1), Some(950));
        assert_eq!(amount(CurrencyCode::EUR, Some("club"), 12), Some(900));
        assert_eq!(amount(CurrencyCode::EUR, Some("stranger"), 1), Some(1000));
        assert_eq!(amount(CurrencyCode::USD, None, 1), None);
    }

    #[test]
    fn offers_in_stock_decide_the_lowest_price_or_all_where_none_is() {
        let (cheap, dear) = (price(None, 1, 800), price(None, 1, 1000));
        let (many, club) = (price(None, 10, 100), price(Some("club"), 1, 100));
        let lowest = |cheap_in_stock, dear_in_stock| {
            let prices = [(cheap_in_stock, &cheap), (dear_in_stock, &dear), (true, &many), (true, &club)];
            lowest_public(prices).get(&CurrencyCode::EUR).copied()
        };
        assert_eq!(lowest(true, true), Some(800));
        assert_eq!(lowest(false, true), Some(1000));
        assert_eq!(lowest(false, false), Some(800));
        assert_eq!(lowest_public([(true, &many), (true, &club)]), BTreeMap::new());
    }

    #[test]
    fn tiers_only_fall() {
        let prices =
            [price(None, 1, 1000), price(None, 10, 900), price(None, 20, 950), price(Some("club"), 1, 1)];
        let found: Vec<_> = tiers(&prices, CurrencyCode::EUR, None)
            .iter()
            .map(|p| (p.min_quantity, p.amount.minor()))
            .collect();
        assert_eq!(found, [(1, 1000), (10, 900)]);
    }
}
