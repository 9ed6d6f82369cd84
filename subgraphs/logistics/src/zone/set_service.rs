//! Checks a service of a zone, and writes it as its row.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use logistics_entities::service::{Kind, Model};
use platform_commerce::{CurrencyCode, Money, money::MoneyInput};
use platform_core::id::{DeliveryServiceId, DeliveryZoneId};
use platform_text::line;

use super::error::{ServiceError, ZoneError};
use super::graphql::{DeliveryRateInput, DeliveryServiceInput, SlotWindowInput};
use crate::coverage::{Rate, Window};
use crate::local_time::{Weekdays, minute};

pub const MAX_RATES: usize = 50;
pub const MAX_WINDOWS: usize = 50;
pub const MAX_CAPACITY: i64 = 100_000;
pub const MAX_DAYS: i32 = 90;
/// The most minor units of an amount of a rate.
pub const MAX_MINOR: i64 = 1_000_000_000;
const MAX_NAME: usize = 60;
pub const MAX_CLOSES_BEFORE: i32 = 14 * 24 * 60;

/// Where a service is to be written.
#[derive(Debug, Clone, Copy)]
pub struct At {
    pub id: DeliveryServiceId,
    pub zone: DeliveryZoneId,
    pub position: i32,
    pub created_at: DateTime<Utc>,
    pub now: DateTime<Utc>,
}

/// The row of a service.
pub fn row(input: DeliveryServiceInput, at: At) -> Result<Model, ZoneError> {
    let name = line("services", &input.name, MAX_NAME)?;
    let weekdays: Weekdays = input.weekdays.iter().copied().collect();
    if weekdays.0 == 0 {
        return Err(ServiceError::NoWeekdays(name).into());
    }
    let Some(cut_off) = minute(&input.cut_off) else { return Err(ServiceError::InvalidTime(name).into()) };
    let days = 0..=MAX_DAYS;
    if !days.contains(&input.min_days) || !days.contains(&input.max_days) || input.min_days > input.max_days {
        return Err(ServiceError::InvalidDays(name).into());
    }
    if !(0..=MAX_CLOSES_BEFORE).contains(&input.closes_minutes_before) {
        return Err(ServiceError::InvalidClosing(name).into());
    }
    let rates = rates(&name, input.rates)?;
    let windows = windows(&name, input.kind, &input.windows)?;
    Ok(Model {
        id: at.id,
        zone_id: at.zone,
        position: at.position,
        kind: input.kind,
        rates: serde_json::to_value(rates)?,
        windows: serde_json::to_value(windows)?,
        weekdays: weekdays.0,
        cut_off,
        min_days: input.min_days,
        max_days: input.max_days,
        closes_before: input.closes_minutes_before,
        is_active: true,
        created_at: at.created_at,
        updated_at: at.now,
        name,
    })
}

fn rates(name: &str, inputs: Vec<DeliveryRateInput>) -> Result<Vec<Rate>, ServiceError> {
    let count = inputs.len();
    let rates = inputs.into_iter().map(|input| rate(input).ok_or(()));
    let rates: Vec<Rate> =
        rates.collect::<Result<_, ()>>().map_err(|()| ServiceError::InvalidAmounts(name.to_owned()))?;
    let currencies: HashSet<CurrencyCode> = rates.iter().map(|rate| rate.currency).collect();
    if !(1..=MAX_RATES).contains(&count) || currencies.len() != count {
        return Err(ServiceError::InvalidRates(name.to_owned()));
    }
    Ok(rates)
}

/// `None` for amounts that are none.
fn rate(input: DeliveryRateInput) -> Option<Rate> {
    let fee = Money::try_from(input.fee).ok()?;
    let currency = fee.currency();
    let minor = |amount: Money| {
        let is_one = amount.currency() == currency && (0..=MAX_MINOR).contains(&amount.minor());
        is_one.then_some(amount.minor())
    };
    let optional = |amount: Option<MoneyInput>| match amount {
        Some(amount) => Some(Some(minor(Money::try_from(amount).ok()?)?)),
        None => Some(None),
    };
    let weight = |grams: Option<i32>| grams.is_none_or(|grams| grams >= 0);
    if !weight(input.max_grams) || input.included_grams < 0 {
        return None;
    }
    Some(Rate {
        currency,
        fee_minor: minor(fee)?,
        per_kilogram_minor: optional(input.per_kilogram)?.unwrap_or(0),
        included_grams: input.included_grams.into(),
        free_from_minor: optional(input.free_from)?,
        max_grams: input.max_grams.map(i64::from),
    })
}

fn windows(name: &str, kind: Kind, inputs: &[SlotWindowInput]) -> Result<Vec<Window>, ServiceError> {
    if kind != Kind::Slot {
        let none = inputs.is_empty().then(Vec::new);
        return none.ok_or_else(|| ServiceError::WindowsOfNoSlots(name.to_owned()));
    }
    let invalid = || ServiceError::InvalidWindows(name.to_owned());
    if !(1..=MAX_WINDOWS).contains(&inputs.len()) {
        return Err(invalid());
    }
    let mut begun = Vec::<(i32, i32)>::new();
    let mut windows = Vec::with_capacity(inputs.len());
    for input in inputs {
        let window = window(input).ok_or_else(invalid)?;
        if begun.iter().any(|(days, begins)| days & window.weekdays != 0 && *begins == window.begins) {
            return Err(invalid());
        }
        begun.push((window.weekdays, window.begins));
        windows.push(window);
    }
    Ok(windows)
}

fn window(input: &SlotWindowInput) -> Option<Window> {
    let weekdays: Weekdays = input.weekdays.iter().copied().collect();
    let window = Window {
        weekdays: weekdays.0,
        begins: minute(&input.begins)?,
        ends: minute(&input.ends)?,
        capacity: input.capacity.into(),
    };
    let is_one =
        window.weekdays != 0 && window.begins < window.ends && (1..=MAX_CAPACITY).contains(&window.capacity);
    is_one.then_some(window)
}
