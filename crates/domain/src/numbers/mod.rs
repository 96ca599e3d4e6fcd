//! Exact numbers. There is no operator here that could panic: sums are checked and say so when they do not fit.

use std::fmt;

use rust_decimal::Decimal as Inner;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An exact decimal with at most 18 digits before and 9 after the point, kept without trailing zeros.
/// The bound leaves ten digits of room, so that summing a billion of them cannot overflow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(Inner);

/// Why a text is not a [`Decimal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not digits with an optional sign and point.
    #[error("not a number")]
    NotANumber,
    /// More digits than a document of the trade can mean.
    #[error("too many digits")]
    TooLong,
}

impl Decimal {
    /// Nought.
    pub const ZERO: Self = Self(Inner::ZERO);

    /// Reads plain decimal text such as `-12.50`; an exponent is read too, when the result fits.
    ///
    /// # Errors
    /// [`DecimalError`] when it is not a number or does not fit.
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        let plain = text.strip_prefix('+').unwrap_or(text);
        let digits = plain.bytes().filter(u8::is_ascii_digit).count();
        let known = plain
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
        if digits == 0 || !known {
            return Err(DecimalError::NotANumber);
        }
        let value = if plain.contains(['e', 'E']) {
            Inner::from_scientific(plain).map_err(|_| DecimalError::TooLong)?
        } else {
            Inner::from_str_exact(plain).map_err(|e| match e {
                rust_decimal::Error::ErrorString(_) => DecimalError::NotANumber,
                _ => DecimalError::TooLong,
            })?
        };
        Self::bounded(value)
    }

    fn bounded(value: Inner) -> Result<Self, DecimalError> {
        let value = value.normalize();
        let limit = Inner::from_i128_with_scale(1_000_000_000_000_000_000, 0);
        if value.abs() >= limit || value.scale() > 9 {
            Err(DecimalError::TooLong)
        } else {
            Ok(Self(value))
        }
    }

    /// The sum, or `None` when it does not fit.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(|v| Self(v.normalize()))
    }

    /// The difference, or `None` when it does not fit.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(|v| Self(v.normalize()))
    }

    /// The product, or `None` when it does not fit exactly.
    #[must_use]
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        self.0.checked_mul(other.0).map(|v| Self(v.normalize()))
    }

    /// The quotient rounded half to even at 9 places, or `None` when dividing by nought or it does not fit.
    #[must_use]
    pub fn checked_div(self, other: Self) -> Option<Self> {
        self.0.checked_div(other.0).map(|v| Self(v.round_dp(9).normalize()))
    }

    /// Below nought.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.0.is_sign_negative() && !self.0.is_zero()
    }

    /// Nought.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// The value in 1/10,000 for sorting and summing in the store, rounded half to even; `None` when it does not fit.
    #[must_use]
    pub fn to_ten_thousandths(self) -> Option<i64> {
        use rust_decimal::prelude::ToPrimitive;
        self.0.checked_mul(Inner::from(10_000))?.round().to_i64()
    }

    /// The value of `n` ten-thousandths.
    #[must_use]
    pub fn from_ten_thousandths(n: i64) -> Self {
        Self(Inner::from_i128_with_scale(i128::from(n), 4).normalize())
    }
}

impl From<u32> for Decimal {
    fn from(n: u32) -> Self {
        Self(Inner::from(n))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Decimal text for people and JSON; the scaled integer in compact state.
impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() {
            s.collect_str(self)
        } else {
            (self.0.mantissa(), u8::try_from(self.0.scale()).unwrap_or(u8::MAX)).serialize(s)
        }
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if d.is_human_readable() {
            let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
            Self::parse(&text).map_err(de::Error::custom)
        } else {
            let (mantissa, scale) = <(i128, u8)>::deserialize(d)?;
            Inner::try_from_i128_with_scale(mantissa, u32::from(scale))
                .map(Self)
                .map_err(de::Error::custom)
        }
    }
}

/// A quantity in the order's unit: known exactly, or reported without a number
/// ("received, quantity not reported"; it is never turned into a variance).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// Exactly this much.
    Known(Decimal),
    /// Something, but the source did not say how much.
    Unknown,
}

impl Default for Quantity {
    fn default() -> Self {
        Self::ZERO
    }
}

impl Quantity {
    /// Exactly nothing.
    pub const ZERO: Self = Self::Known(Decimal::ZERO);

    /// The number, when it is known.
    #[must_use]
    pub const fn known(self) -> Option<Decimal> {
        match self {
            Self::Known(n) => Some(n),
            Self::Unknown => None,
        }
    }

    /// The sum: unknown as soon as one part is, or when it does not fit.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Known(a), Self::Known(b)) => a.checked_add(b).map_or(Self::Unknown, Self::Known),
            _ => Self::Unknown,
        }
    }

    /// The difference: unknown as soon as one part is.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Known(a), Self::Known(b)) => a.checked_sub(b).map_or(Self::Unknown, Self::Known),
            _ => Self::Unknown,
        }
    }

    /// The difference, but never below nought.
    #[must_use]
    pub fn minus_to_zero(self, other: Self) -> Self {
        match self.minus(other) {
            Self::Known(n) if n.is_negative() => Self::ZERO,
            rest => rest,
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(n) => n.fmt(f),
            Self::Unknown => f.write_str("?"),
        }
    }
}
