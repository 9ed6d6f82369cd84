//! Money: integer minor units with an ISO 4217 currency and checked arithmetic.
//!
//! In GraphQL it is `Money { amount: Decimal! currency: CurrencyCode! }`, the amount an exact string in major
//! units ("12.50", "1250" for JPY, "1.250" for KWD).

use std::fmt;
use std::str::FromStr;

use async_graphql::{InputObject, InputValueError, InputValueResult, Object, Scalar, ScalarType, Value};
use serde::{Deserialize, Serialize};

/// ISO 4217 code in upper case, such as `EUR`. Only currencies of the table below exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CurrencyCode([u8; 3]);

/// Currency → number of decimal digits of its minor unit (ISO 4217). Two digits unless listed.
const ZERO_DIGITS: &[&str] = &[
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
    "XOF", "XPF",
];
const THREE_DIGITS: &[&str] = &["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];
const TWO_DIGITS: &[&str] = &[
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BMD", "BND",
    "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CNY", "COP", "CRC", "CUP", "CVE",
    "CZK", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD",
    "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IRR", "JMD", "KES", "KGS", "KHR", "KPW",
    "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU",
    "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "PAB", "PEN", "PGK",
    "PHP", "PKR", "PLN", "QAR", "RON", "RSD", "RUB", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE",
    "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TOP", "TRY", "TTD", "TWD", "TZS",
    "UAH", "USD", "UYU", "UZS", "VES", "WST", "XCD", "YER", "ZAR", "ZMW", "ZWL",
];

impl CurrencyCode {
    pub const EUR: Self = Self(*b"EUR");
    pub const JPY: Self = Self(*b"JPY");
    pub const USD: Self = Self(*b"USD");

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Decimal digits of the minor unit: 0 for JPY, 2 for EUR, 3 for KWD.
    pub fn digits(&self) -> u32 {
        match self.as_str() {
            code if ZERO_DIGITS.contains(&code) => 0,
            code if THREE_DIGITS.contains(&code) => 3,
            _ => 2,
        }
    }
}

impl FromStr for CurrencyCode {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let known = |table: &[&str]| table.contains(&text);
        match <[u8; 3]>::try_from(text.as_bytes()) {
            Ok(code) if known(TWO_DIGITS) || known(ZERO_DIGITS) || known(THREE_DIGITS) => Ok(Self(code)),
            _ => Err(MoneyError::UnknownCurrency(text.chars().take(16).collect())),
        }
    }
}

impl fmt::Display for CurrencyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for CurrencyCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for CurrencyCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// An ISO 4217 currency code, such as EUR.
#[Scalar(name = "CurrencyCode")]
impl ScalarType for CurrencyCode {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => {
                text.parse().map_err(|e: MoneyError| InputValueError::custom(e.to_string()))
            }
            Value::Enum(name) => {
                name.as_str().parse().map_err(|e: MoneyError| InputValueError::custom(e.to_string()))
            }
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.as_str().to_owned())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("`{0}` is not a currency code of ISO 4217")]
    UnknownCurrency(String),
    #[error("`{0}` is not an amount of {1}; write it like 12.50, with at most {digits} decimal digits", digits = .1.digits())]
    InvalidAmount(String, CurrencyCode),
    #[error("{0} and {1} cannot be added or compared")]
    CurrencyMismatch(CurrencyCode, CurrencyCode),
    #[error("the amount is out of range")]
    Overflow,
}

/// An amount in one currency, in minor units (cents; yen).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    minor: i64,
    currency: CurrencyCode,
}

impl Money {
    pub const fn from_minor(minor: i64, currency: CurrencyCode) -> Self {
        Self { minor, currency }
    }

    pub const fn zero(currency: CurrencyCode) -> Self {
        Self { minor: 0, currency }
    }

    pub const fn minor(self) -> i64 {
        self.minor
    }

    pub const fn currency(self) -> CurrencyCode {
        self.currency
    }

    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    pub const fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// Parses an exact decimal amount in major units. Rejects more digits than the currency has.
    pub fn parse(amount: &str, currency: CurrencyCode) -> Result<Self, MoneyError> {
        let invalid = || MoneyError::InvalidAmount(amount.chars().take(32).collect(), currency);
        let (negative, unsigned) = match amount.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, amount),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits = usize::try_from(currency.digits()).map_err(|_| MoneyError::Overflow)?;
        let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let dangling_point = unsigned.contains('.') && fraction.is_empty();
        if whole.is_empty()
            || dangling_point
            || fraction.len() > digits
            || !all_digits(whole)
            || !all_digits(fraction)
        {
            return Err(invalid());
        }
        let padded = format!("{whole}{fraction:0<digits$}");
        let minor: i64 = padded.parse().map_err(|_| MoneyError::Overflow)?;
        Ok(Self { minor: if negative { -minor } else { minor }, currency })
    }

    /// The amount in major units as an exact decimal text.
    pub fn to_decimal(self) -> String {
        let digits = self.currency.digits();
        if digits == 0 {
            return self.minor.to_string();
        }
        let scale = 10_u64.pow(digits);
        let absolute = self.minor.unsigned_abs();
        let width = usize::try_from(digits).unwrap_or(0);
        let sign = if self.minor < 0 { "-" } else { "" };
        format!("{sign}{}.{:0width$}", absolute / scale, absolute % scale)
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::CurrencyMismatch(self.currency, other.currency))
        }
    }

    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_sub(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    pub fn checked_mul(self, factor: i64) -> Result<Self, MoneyError> {
        let minor = self.minor.checked_mul(factor).ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// `self × numerator / denominator`, rounded half to even. `denominator` must be positive.
    pub fn checked_ratio(self, numerator: i64, denominator: i64) -> Result<Self, MoneyError> {
        if denominator <= 0 {
            return Err(MoneyError::Overflow);
        }
        let (product, divisor) = (i128::from(self.minor) * i128::from(numerator), i128::from(denominator));
        let (quotient, remainder) = (product.div_euclid(divisor), product.rem_euclid(divisor));
        let round_up = match (remainder * 2).cmp(&divisor) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Equal => quotient % 2 != 0,
        };
        let rounded = quotient + i128::from(round_up);
        Ok(Self { minor: i64::try_from(rounded).map_err(|_| MoneyError::Overflow)?, ..self })
    }

    /// Splits into parts proportional to `weights`; the parts sum to `self` exactly. Remainders go to the largest
    /// fractions first (the largest-remainder method), ties to the earlier part. Weights must not be negative;
    /// all zero means equal parts.
    pub fn allocate(self, weights: &[i64]) -> Result<Vec<Self>, MoneyError> {
        if weights.is_empty() || weights.iter().any(|w| *w < 0) {
            return Err(MoneyError::Overflow);
        }
        let equal = weights.iter().all(|w| *w == 0);
        let weight = |w: i64| if equal { 1 } else { i128::from(w) };
        let total: i128 = weights.iter().map(|w| weight(*w)).sum();
        let amount = i128::from(self.minor.unsigned_abs());
        let mut parts = Vec::with_capacity(weights.len());
        let mut order = Vec::with_capacity(weights.len());
        for (index, w) in weights.iter().enumerate() {
            let share = amount * weight(*w);
            parts.push(share / total);
            order.push((std::cmp::Reverse(share % total), index));
        }
        order.sort_unstable();
        let left = usize::try_from(amount - parts.iter().sum::<i128>()).map_err(|_| MoneyError::Overflow)?;
        for (_, index) in order.into_iter().take(left) {
            if let Some(part) = parts.get_mut(index) {
                *part += 1;
            }
        }
        let sign = if self.minor < 0 { -1 } else { 1 };
        parts
            .into_iter()
            .map(|part| {
                i64::try_from(part * sign)
                    .map(|minor| Self { minor, ..self })
                    .map_err(|_| MoneyError::Overflow)
            })
            .collect()
    }

    /// Sums amounts of one currency; zero of `currency` for none.
    pub fn sum(currency: CurrencyCode, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::checked_add)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal(), self.currency)
    }
}

/// An exact decimal number as a string.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decimal(pub String);

/// An exact decimal number as a string, such as `12.50`; inputs may be numbers too.
#[Scalar(name = "Decimal")]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => Ok(Self(text)),
            Value::Number(number) => Ok(Self(number.to_string())),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// An amount of money in one currency.
#[Object(shareable)]
impl Money {
    /// The amount in major units, as an exact decimal string.
    #[graphql(name = "amount")]
    async fn graphql_amount(&self) -> Decimal {
        Decimal(self.to_decimal())
    }

    /// The currency of `amount`.
    #[graphql(name = "currency")]
    async fn graphql_currency(&self) -> CurrencyCode {
        self.currency
    }
}

/// An amount of money in one currency.
#[derive(Debug, Clone, InputObject)]
pub struct MoneyInput {
    /// The amount in major units, as an exact decimal string.
    pub amount: Decimal,
    /// The currency of `amount`, which says how many decimal digits it may have.
    pub currency: CurrencyCode,
}

impl TryFrom<MoneyInput> for Money {
    type Error = MoneyError;

    fn try_from(input: MoneyInput) -> Result<Self, MoneyError> {
        Self::parse(&input.amount.0, input.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_in_each_currency() {
        for (text, currency, minor) in
            [("12.50", "EUR", 1250), ("1250", "JPY", 1250), ("-1.250", "KWD", -1250)]
        {
            let money = Money::parse(text, currency.parse().unwrap()).unwrap();
            assert_eq!((money.minor(), money.to_decimal().as_str()), (minor, text));
        }
        for (text, currency) in
            [("1.5", "JPY"), ("1.234", "EUR"), ("", "EUR"), ("1.", "EUR"), ("1e3", "EUR"), ("+1", "EUR")]
        {
            assert!(Money::parse(text, currency.parse().unwrap()).is_err(), "{text} {currency}");
        }
        assert_eq!(Money::parse("99999999999999999999", CurrencyCode::EUR), Err(MoneyError::Overflow));
    }

    #[test]
    fn parts_sum_to_the_whole() {
        let parts = |minor, weights: &[i64]| -> Vec<i64> {
            Money::from_minor(minor, CurrencyCode::EUR)
                .allocate(weights)
                .unwrap()
                .iter()
                .map(|m| m.minor())
                .collect()
        };
        assert_eq!(parts(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(parts(-100, &[1, 1, 1]), [-34, -33, -33]);
        assert_eq!(parts(5, &[0, 0]), [3, 2]);
        assert_eq!(parts(10, &[0, 7, 3]), [0, 7, 3]);
    }

    #[test]
    fn ratios_round_half_to_even() {
        let ratio =
            |minor, n, d| Money::from_minor(minor, CurrencyCode::EUR).checked_ratio(n, d).unwrap().minor();
        assert_eq!([ratio(5, 1, 2), ratio(15, 1, 10), ratio(-5, 1, 2), ratio(7, 1, 2)], [2, 2, -2, 4]);
    }
}
