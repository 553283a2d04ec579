//! SQL types for the values of the domain, the same on both databases: identifiers, instants,
//! words, decimals, and the facts of a recorded act.

use std::io::Write;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, Queryable};
use diesel::expression::AsExpression;
use diesel::internal::derives::as_expression::Bound;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Nullable, SqlType, Timestamptz};
use diesel::sqlite::Sqlite;
use thidua_domain::criteria_set::{CriteriaSet, Mapping};
use thidua_domain::id::Id;
use thidua_domain::ranking::Standing;
use thidua_domain::recorded::Recorded;
use thidua_domain::scoresheet::{Claim, Facts};
use thidua_domain::time::Instant;
use thidua_domain::vocabulary::Word;
use uuid::Uuid;

/// An identifier: `uuid` on PostgreSQL, a BLOB of 16 bytes on SQLite.
#[derive(Debug, Clone, Copy, Default, SqlType, diesel::query_builder::QueryId)]
#[diesel(sqlite_type(name = "Binary"), postgres_type(oid = 2950, array_oid = 2951))]
pub struct Uid;

/// An instant: `timestamptz` on PostgreSQL, microseconds since 1970 on SQLite.
#[derive(Debug, Clone, Copy, Default, SqlType, diesel::query_builder::QueryId)]
#[diesel(sqlite_type(name = "Long"), postgres_type(oid = 1184, array_oid = 1185))]
pub struct Moment;

/// A word out of a closed list: text on both.
#[derive(Debug, Clone, Copy, Default, SqlType, diesel::query_builder::QueryId)]
#[diesel(sqlite_type(name = "Text"), postgres_type(oid = 25, array_oid = 1009))]
pub struct Term;

/// A structured value kept as JSON text on both.
#[derive(Debug, Clone, Copy, Default, SqlType, diesel::query_builder::QueryId)]
#[diesel(sqlite_type(name = "Text"), postgres_type(oid = 25, array_oid = 1009))]
pub struct Structured;

/// An exact decimal as a whole number of its smallest unit: an integer of eight bytes on both.
#[derive(Debug, Clone, Copy, Default, SqlType, diesel::query_builder::QueryId)]
#[diesel(sqlite_type(name = "Long"), postgres_type(oid = 20, array_oid = 1016))]
pub struct Figure;

impl diesel::sql_types::SqlOrd for Uid {}
impl diesel::sql_types::SqlOrd for Moment {}

/// A domain value on its way into a query: `units::id.eq(Sql(id))`. Rust's orphan rule keeps domain
/// types from being bound bare, and the domain must not know diesel; reading them back needs no
/// wrapper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sql<T>(pub T);

impl<T> From<T> for Sql<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

/// The same for a value that may be absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqlOpt<T>(pub Option<T>);

impl<T> From<Option<T>> for SqlOpt<T> {
    fn from(value: Option<T>) -> Self {
        Self(value)
    }
}

/// Binds a wrapped type as a column type, nullable or not.
macro_rules! bound {
    ($(@ $param:ident $(: $bound:path)?,)? $type:ty => $sql:ty) => {
        impl$(<$param $(: $bound)?>)? AsExpression<$sql> for Sql<$type> {
            type Expression = Bound<$sql, Self>;
            fn as_expression(self) -> Self::Expression { Bound::new(self) }
        }
        impl$(<$param $(: $bound)?>)? AsExpression<Nullable<$sql>> for Sql<$type> {
            type Expression = Bound<Nullable<$sql>, Self>;
            fn as_expression(self) -> Self::Expression { Bound::new(self) }
        }
        impl$(<$param $(: $bound)?>)? AsExpression<Nullable<$sql>> for SqlOpt<$type> {
            type Expression = Bound<Nullable<$sql>, Self>;
            fn as_expression(self) -> Self::Expression { Bound::new(self) }
        }
        impl<$($param $(: $bound)?,)? DB: Backend> ToSql<Nullable<$sql>, DB> for Sql<$type>
        where
            Self: ToSql<$sql, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                ToSql::<$sql, DB>::to_sql(self, out)
            }
        }
        impl<$($param $(: $bound)?,)? DB: Backend> ToSql<Nullable<$sql>, DB> for SqlOpt<$type>
        where
            $type: Raw<DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                match &self.0 {
                    Some(value) => value.write(out),
                    None => Ok(IsNull::Yes),
                }
            }
        }
        impl<$($param $(: $bound)?,)? DB: Backend> ToSql<$sql, DB> for Sql<$type>
        where
            $type: Raw<DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                self.0.write(out)
            }
        }
    };
}

/// Reads a column as a domain type.
macro_rules! read {
    ($(@ $param:ident,)? $type:ty => $sql:ty) => {
        impl<$($param,)? DB: Backend> Queryable<$sql, DB> for $type
        where
            Self: FromSql<$sql, DB>,
        {
            type Row = Self;
            fn build(row: Self) -> deserialize::Result<Self> { Ok(row) }
        }
    };
}

/// How a value is written on one database.
pub trait Raw<DB: Backend> {
    /// Writes it.
    ///
    /// # Errors
    /// When it cannot be represented.
    fn write<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result;
}

bound!(@T, Id<T> => Uid);
bound!(Instant => Moment);
bound!(@W: Word, W => Term);
read!(@T, Id<T> => Uid);
read!(Instant => Moment);

impl<T> Raw<Sqlite> for Id<T> {
    fn write<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.as_bytes().as_slice());
        Ok(IsNull::No)
    }
}
impl<T> Raw<Pg> for Id<T> {
    fn write<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.as_bytes())?;
        Ok(IsNull::No)
    }
}
impl Raw<Sqlite> for Instant {
    fn write<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.micros());
        Ok(IsNull::No)
    }
}
impl Raw<Pg> for Instant {
    fn write<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Timestamptz, Pg>::to_sql(&self.utc(), &mut out.reborrow())
    }
}
impl<T> FromSql<Uid, Sqlite> for Id<T> {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::new(Uuid::from_slice(value.read_blob())?))
    }
}
impl<T> FromSql<Uid, Pg> for Id<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::new(Uuid::from_slice(value.as_bytes())?))
    }
}

impl FromSql<Moment, Sqlite> for Instant {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<BigInt, Sqlite>>::from_sql(value)?;
        Self::from_micros(micros).ok_or_else(|| "instant outside the calendar".into())
    }
}
impl FromSql<Moment, Pg> for Instant {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <chrono::DateTime<chrono::Utc> as FromSql<Timestamptz, Pg>>::from_sql(value).map(Self::new)
    }
}

macro_rules! structured {
    ($($type:ty),+) => {$(
        bound!($type => Structured);
        read!($type => Structured);
        impl Raw<Sqlite> for $type {
            fn write<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(serde_json::to_string(self)?);
                Ok(IsNull::No)
            }
        }
        impl Raw<Pg> for $type {
            fn write<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                serde_json::to_writer(out, self)?;
                Ok(IsNull::No)
            }
        }
        impl FromSql<Structured, Sqlite> for $type {
            fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                Ok(serde_json::from_str(value.read_text())?)
            }
        }
        impl FromSql<Structured, Pg> for $type {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                Ok(serde_json::from_slice(value.as_bytes())?)
            }
        }
    )+};
}

structured!(Recorded, CriteriaSet, Mapping, Claim, Facts, Standing);

macro_rules! figures {
    ($($type:ty),+) => {$(
        bound!($type => Figure);
        read!($type => Figure);
        impl Raw<Sqlite> for $type {
            fn write<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(self.units());
                Ok(IsNull::No)
            }
        }
        impl Raw<Pg> for $type {
            fn write<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                out.write_all(&self.units().to_be_bytes())?;
                Ok(IsNull::No)
            }
        }
        impl FromSql<Figure, Sqlite> for $type {
            fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                <i64 as FromSql<BigInt, Sqlite>>::from_sql(value).map(Self::of_units)
            }
        }
        impl FromSql<Figure, Pg> for $type {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                <i64 as FromSql<BigInt, Pg>>::from_sql(value).map(Self::of_units)
            }
        }
    )+};
}

figures!(thidua_domain::points::Points, thidua_domain::points::Quantity);

fn known<W: Word>(word: &str) -> deserialize::Result<W> {
    W::parse(word).ok_or_else(|| format!("\"{word}\" is not a word of {}", W::LIST).into())
}

macro_rules! terms {
    ($($type:ty),+ $(,)?) => {$(
        read!($type => Term);
        impl Raw<Sqlite> for $type {
            fn write<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(self.as_str());
                Ok(IsNull::No)
            }
        }
        impl Raw<Pg> for $type {
            fn write<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                out.write_all(self.as_str().as_bytes())?;
                Ok(IsNull::No)
            }
        }
        impl FromSql<Term, Sqlite> for $type {
            fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                known(value.read_text())
            }
        }
        impl FromSql<Term, Pg> for $type {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                known(std::str::from_utf8(value.as_bytes())?)
            }
        }
    )+};
}

terms! {
    thidua_domain::access::Kind,
    thidua_domain::access::Relation,
    thidua_domain::access::Role,
    thidua_domain::access::ScopeKind,
    thidua_domain::access::Verb,
    thidua_domain::appeal::AppealOutcome,
    thidua_domain::appeal::AppealStatus,
    thidua_domain::award_type::AwardFamily,
    thidua_domain::award_type::AwardLevel,
    thidua_domain::bloc::BlocKind,
    thidua_domain::bloc::BlocScope,
    thidua_domain::bloc_year::BlocYearStatus,
    thidua_domain::bloc_year::Office,
    thidua_domain::campaign::CampaignForm,
    thidua_domain::campaign::CampaignScope,
    thidua_domain::campaign::CampaignStatus,
    thidua_domain::dated::Precision,
    thidua_domain::criteria_set::Better,
    thidua_domain::criteria_set::CriteriaSetStatus,
    thidua_domain::delegation::DelegationStatus,
    thidua_domain::document::DocumentKind,
    thidua_domain::file::MediaType,
    thidua_domain::household::Bond,
    thidua_domain::job::JobKind,
    thidua_domain::job::JobStatus,
    thidua_domain::meeting::DayPart,
    thidua_domain::meeting::MeetingKind,
    thidua_domain::meeting::MeetingStatus,
    thidua_domain::meeting::Presence,
    thidua_domain::person::Ethnicity,
    thidua_domain::person::Gender,
    thidua_domain::person::Livelihood,
    thidua_domain::person::identity::PaperKind,
    thidua_domain::pledge::PartnerKind,
    thidua_domain::pledge::PledgeStatus,
    thidua_domain::ranking::PublicationStage,
    thidua_domain::ranking::TieDecider,
    thidua_domain::recorded::Origin,
    thidua_domain::recorded::SignMode,
    thidua_domain::registration::RegistrationGate,
    thidua_domain::registration::RegistrationStatus,
    thidua_domain::registration::RegistrationSubject,
    thidua_domain::scoresheet::Layer,
    thidua_domain::scoresheet::RankingStatus,
    thidua_domain::scoresheet::SheetStatus,
    thidua_domain::unit::CodeSystem,
    thidua_domain::unit::SuccessionKind,
    thidua_domain::unit::UnitKind,
    thidua_domain::unit::UnitRelationKind,
    thidua_domain::user::AccountKind,
    thidua_domain::user::UserStatus,
}
