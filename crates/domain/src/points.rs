//! Figures of a score sheet as exact decimals: points to the hundredth, measured values to the ten-thousandth.
//! Whole numbers inside, never floats; how points come out of values lives with the score sheet.

use std::fmt;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why a text is no such figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadFigure {
    /// Not a decimal number.
    #[error("not a decimal number such as 97.5")]
    Malformed,
    /// More places after the point than are kept.
    #[error("too many places after the decimal point")]
    TooFine,
    /// Further from zero than any figure here.
    #[error("too large")]
    TooLarge,
}

/// How a schema says how many places a number has at most. JSON Schema's `multipleOf` counts in binary fractions, in
/// which 88.12 is no multiple of 0.01.
pub const DECIMAL_PLACES: &str = "x-decimal-places";

/// Reads a decimal with so many places at most, as a whole number of its smallest unit.
fn parse_decimal(text: &str, places: usize, limit: i64) -> Result<i64, BadFigure> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(whole) || !plain(fraction) {
        return Err(BadFigure::Malformed);
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > places {
        return Err(BadFigure::TooFine);
    }
    let mut units = 0_i64;
    for digit in whole.bytes().chain(fraction.bytes()).chain(std::iter::repeat_n(b'0', places - fraction.len())) {
        units = units.checked_mul(10).and_then(|units| units.checked_add(i64::from(digit - b'0'))).ok_or(BadFigure::TooLarge)?;
    }
    if units > limit {
        return Err(BadFigure::TooLarge);
    }
    Ok(if negative { -units } else { units })
}

/// Writes a whole number of units with its decimal mark, no zeros at the end.
fn write_decimal(units: i64, places: u32, mark: char) -> String {
    let one = 10_u64.pow(places);
    let size = units.unsigned_abs();
    let sign = if units < 0 { "-" } else { "" };
    let fraction = format!("{:0width$}", size % one, width = places as usize);
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { format!("{sign}{}", size / one) } else { format!("{sign}{}{mark}{fraction}", size / one) }
}

macro_rules! figures {
    ($(#[$meta:meta])* $name:ident, $places:literal, $limit:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(i64);

        impl $name {
            /// None at all.
            pub const ZERO: Self = Self(0);
            /// Digits after the decimal point.
            pub const PLACES: u32 = $places;
            /// Units in one.
            pub const ONE: i64 = 10_i64.pow($places);
            /// Furthest from zero that is read, in units: up to here a JSON number is exact.
            pub const LIMIT: i64 = $limit;

            /// From a whole number of the smallest unit.
            #[must_use]
            pub const fn of_units(units: i64) -> Self {
                Self(units)
            }

            /// The whole number of the smallest unit.
            #[must_use]
            pub const fn units(self) -> i64 {
                self.0
            }

            /// With a decimal comma, as Vietnamese texts write it.
            #[must_use]
            pub fn vi(self) -> String {
                write_decimal(self.0, $places, ',')
            }

            /// As a figure of a refusal: each language with its own decimal mark.
            #[must_use]
            pub fn figure(self) -> String {
                crate::refusal::both(self.vi(), self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&write_decimal(self.0, $places, '.'))
            }
        }

        impl std::str::FromStr for $name {
            type Err = BadFigure;
            fn from_str(text: &str) -> Result<Self, BadFigure> {
                parse_decimal(text, $places, $limit).map(Self)
            }
        }

        impl Serialize for $name {
            /// A number; the nearest binary fraction to a figure within the limit is written as that figure.
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                if self.0 % Self::ONE == 0 { to.serialize_i64(self.0 / Self::ONE) } else { to.serialize_f64(self.0 as f64 / Self::ONE as f64) }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                struct Reader;
                impl Visitor<'_> for Reader {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        write!(f, "a number with at most {} decimal places", $places)
                    }
                    fn visit_i64<E: Error>(self, value: i64) -> Result<$name, E> {
                        value.to_string().parse().map_err(|_| E::invalid_value(Unexpected::Signed(value), &self))
                    }
                    fn visit_u64<E: Error>(self, value: u64) -> Result<$name, E> {
                        value.to_string().parse().map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
                    }
                    /// What was typed comes back exactly: the shortest decimal that gives this binary fraction.
                    fn visit_f64<E: Error>(self, value: f64) -> Result<$name, E> {
                        value.to_string().parse().map_err(|_| E::invalid_value(Unexpected::Float(value), &self))
                    }
                }
                from.deserialize_any(Reader)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                use utoipa::openapi::extensions::ExtensionsBuilder;
                use utoipa::openapi::schema::{ObjectBuilder, Type};
                let most = Self::LIMIT / Self::ONE;
                ObjectBuilder::new()
                    .schema_type(Type::Number)
                    .minimum(Some(-most))
                    .maximum(Some(most))
                    .description(Some(concat!("A number with at most ", $places, " decimal places.")))
                    .extensions(Some(ExtensionsBuilder::new().add(DECIMAL_PLACES, Self::PLACES).build()))
                    .into()
            }
        }
        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    };
}

figures! {
    /// Points of a score sheet, in hundredths; up to a million either way.
    Points, 2, 100_000_000
}

figures! {
    /// A measured value, a target, a share in per cent, an index or a rank, in ten-thousandths; up to ten thousand million either way.
    Quantity, 4, 100_000_000_000_000
}

impl Points {
    /// The sum, held at the ends of what can be counted.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, held at the ends of what can be counted.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Counted so many times.
    #[must_use]
    pub const fn times(self, times: u32) -> Self {
        Self(self.0.saturating_mul(times as i64))
    }
}

impl std::iter::Sum for Points {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Self::plus)
    }
}

/// An exact number of hundredths of a point that need not be whole, before it is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fraction {
    /// Above the line.
    pub numerator: i128,
    /// Below the line; more than zero.
    pub denominator: i128,
}

impl Fraction {
    /// So many points times `part` over `whole`; `None` where `whole` is not above zero or nothing can count so far.
    #[must_use]
    pub fn of(points: Points, part: i128, whole: i128) -> Option<Self> {
        let numerator = i128::from(points.units()).checked_mul(part)?;
        (whole > 0).then_some(Self { numerator, denominator: whole })
    }

    /// These points, which are whole.
    #[must_use]
    pub fn whole(points: Points) -> Self {
        Self { numerator: i128::from(points.units()), denominator: 1 }
    }

    /// Rounded to the hundredth, halves up; `None` beyond what can be counted.
    #[must_use]
    pub fn half_up(self) -> Option<Points> {
        let doubled = self.numerator.checked_mul(2)?.checked_add(self.denominator)?;
        let units = doubled.checked_div_euclid(self.denominator.checked_mul(2)?)?;
        i64::try_from(units).ok().map(Points)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_and_written_exactly() {
        for (text, units) in [("0", 0), ("97.5", 9750), ("-8", -800), ("0.01", 1), ("-0.05", -5), ("1.50", 150), ("1000000", 100_000_000)] {
            assert_eq!(text.parse::<Points>().map(Points::units), Ok(units), "{text}");
        }
        for (text, why) in [
            ("", BadFigure::Malformed),
            ("1,5", BadFigure::Malformed),
            (".5", BadFigure::Malformed),
            ("1.", BadFigure::Malformed),
            ("+1", BadFigure::Malformed),
            ("NaN", BadFigure::Malformed),
            ("1e3", BadFigure::Malformed),
            ("0.001", BadFigure::TooFine),
            ("1000000.01", BadFigure::TooLarge),
            ("99999999999999999999", BadFigure::TooLarge),
        ] {
            assert_eq!(text.parse::<Points>(), Err(why), "{text}");
        }
        assert_eq!(Points::of_units(-1205).to_string(), "-12.05");
        assert_eq!(Points::of_units(9750).vi(), "97,5");
        assert_eq!(Quantity::of_units(1).to_string(), "0.0001");
    }

    #[test]
    fn json_carries_numbers() {
        let read = |text: &str| serde_json::from_str::<Points>(text);
        assert_eq!(read("97.5").unwrap().units(), 9750);
        assert_eq!(read("100").unwrap().units(), 10_000);
        assert_eq!(read("-8").unwrap().units(), -800);
        for wrong in ["0.001", "\"5\"", "1e9", "null", "1000001", "18446744073709551615"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert_eq!(serde_json::to_string(&Points::of_units(9750)).unwrap(), "97.5");
        assert_eq!(serde_json::to_string(&Points::of_units(10_000)).unwrap(), "100");
    }

    #[test]
    fn halves_go_up() {
        let third = |part| Fraction::of(Points::of_units(1), part, 2).unwrap().half_up().unwrap().units();
        assert_eq!([third(1), third(3), third(-1), third(-3)], [1, 2, 0, -1]);
        assert_eq!(Fraction::of(Points::of_units(1), 1, 0), None);
        assert_eq!(Fraction { numerator: i128::MAX, denominator: 1 }.half_up(), None);
    }

    proptest::proptest! {
        #[test]
        fn every_figure_comes_back_over_the_wire(units in -Quantity::LIMIT..=Quantity::LIMIT, cents in -Points::LIMIT..=Points::LIMIT) {
            let (value, points) = (Quantity::of_units(units), Points::of_units(cents));
            proptest::prop_assert_eq!(value.to_string().parse::<Quantity>(), Ok(value));
            proptest::prop_assert_eq!(points.to_string().parse::<Points>(), Ok(points));
            let sent = serde_json::to_string(&(value, points)).unwrap();
            proptest::prop_assert_eq!(serde_json::from_str::<(Quantity, Points)>(&sent).unwrap(), (value, points));
        }
    }
}
