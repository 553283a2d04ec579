//! Instants and civil dates. There is no clock here: the present is always an argument.

use chrono::{DateTime, Duration, FixedOffset, NaiveDate, SubsecRound, Utc};
use serde::{Deserialize, Serialize};

/// A civil date.
pub type Date = NaiveDate;

/// A moment in UTC, to the microsecond: what both databases can keep and give back unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Instant(DateTime<Utc>);

/// Vietnam has kept UTC+7 without daylight saving since 1975; deadlines and "today" are judged there.
const HANOI_SECONDS: i32 = 7 * 3600;

impl Instant {
    /// The moment, cut to microseconds.
    #[must_use]
    pub fn new(at: DateTime<Utc>) -> Self {
        Self(at.trunc_subsecs(6))
    }

    /// From microseconds since 1970-01-01T00:00:00Z; `None` outside the calendar.
    #[must_use]
    pub fn from_micros(micros: i64) -> Option<Self> {
        DateTime::from_timestamp_micros(micros).map(Self)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn micros(self) -> i64 {
        self.0.timestamp_micros()
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0.timestamp()
    }

    /// The bare moment.
    #[must_use]
    pub const fn utc(self) -> DateTime<Utc> {
        self.0
    }

    /// The civil date in Vietnam at this moment.
    #[must_use]
    pub fn today(self) -> Date {
        FixedOffset::east_opt(HANOI_SECONDS).map_or(self.0.date_naive(), |hanoi| self.0.with_timezone(&hanoi).date_naive())
    }

    /// The moment at which a civil date is over in Vietnam.
    #[must_use]
    pub fn end_of(day: Date) -> Self {
        let midnight = day.succ_opt().unwrap_or(day).and_time(chrono::NaiveTime::MIN).and_utc();
        Self(midnight).plus_seconds(-i64::from(HANOI_SECONDS))
    }

    /// This many seconds later.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.checked_add_signed(Duration::seconds(seconds)).unwrap_or(self.0))
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Instant {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))).into()
    }
}
#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Instant {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_turns_at_midnight_in_hanoi() {
        let before: DateTime<Utc> = "2025-06-30T16:59:59.999999Z".parse().unwrap();
        let after: DateTime<Utc> = "2025-06-30T17:00:00Z".parse().unwrap();
        assert_eq!(Instant::new(before).today().to_string(), "2025-06-30");
        assert_eq!(Instant::new(after).today().to_string(), "2025-07-01");
        assert_eq!(Instant::end_of(Instant::new(before).today()), Instant::new(after));
    }

    #[test]
    fn an_instant_survives_the_database() {
        let at = Instant::new("2021-04-24T01:02:03.123456789Z".parse().unwrap());
        assert_eq!(Instant::from_micros(at.micros()), Some(at));
    }
}
