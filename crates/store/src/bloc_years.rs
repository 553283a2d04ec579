//! Bloc years as kept; who is a member when is in `members`.

mod members;

use diesel::prelude::*;
use thidua_domain::access::{Kind, Principal};
use thidua_domain::bloc_year::{BlocYearFacts, BlocYearStatus, Office, reference_day};
use thidua_domain::id::{BlocId, BlocYear, BlocYearId, CriteriaSetId, DocumentId, Id, UnitId};
use thidua_domain::pledge::PledgeStatus;
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::registration::RegistrationGate;
use thidua_domain::time::{Date, Instant};

pub use members::{MemberRow, Membership, add_member, change_member, member, members_of, members_of_all, membership, remove_member};

use crate::access::Scoped;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, called, keyset, on};
use crate::error::{Result, StoreError};
use crate::page::{Ask, Page};
use crate::prepared::Whole;
use crate::schema::{bloc_members, bloc_years, blocs, pledges};
use crate::unit_of_work::{Held, Resource, Tx};

/// A year of a bloc.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = bloc_years, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct BlocYearRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<BlocYearId>)]
    pub id: BlocYearId,
    /// Code.
    pub code: String,
    /// Whose year.
    #[diesel(serialize_as = Sql<BlocId>)]
    pub bloc_id: BlocId,
    /// Which year.
    pub year: i32,
    /// Where it stands.
    #[diesel(serialize_as = Sql<BlocYearStatus>)]
    pub status: BlocYearStatus,
    /// Document that forms it.
    #[diesel(serialize_as = SqlOpt<DocumentId>)]
    pub document_id: Option<DocumentId>,
    /// Remark.
    pub note: Option<String>,
    /// Performed here or recorded.
    #[diesel(serialize_as = Sql<Origin>)]
    pub origin: Origin,
    /// Facts where it was recorded.
    #[diesel(serialize_as = SqlOpt<Recorded>)]
    pub recorded: Option<Recorded>,
    /// Made up for a demonstration or test.
    pub fictional: bool,
    /// Version.
    pub version: i64,
    /// Made.
    #[diesel(serialize_as = Sql<Instant>)]
    pub created_at: Instant,
    /// Changed.
    #[diesel(serialize_as = Sql<Instant>)]
    pub updated_at: Instant,
    /// What its members are scored on.
    #[diesel(serialize_as = SqlOpt<CriteriaSetId>)]
    pub criteria_set_id: Option<CriteriaSetId>,
    /// What it makes of members without a registration.
    #[diesel(serialize_as = Sql<RegistrationGate>)]
    pub registration_gate: RegistrationGate,
    /// Days for appeals after the ranking was published; `None` where no last day is set.
    pub appeal_days: Option<i32>,
    /// Whole months that a unit must have been a member of the year to be ranked; `None`: any.
    pub ranked_from_months: Option<i32>,
}

impl Resource for BlocYearRow {
    type Marker = BlocYear;
    const KIND: Kind = Kind::BlocYear;
    fn load(conn: &mut Conn, id: BlocYearId) -> Result<Option<Self>> {
        Ok(on!(conn, |c| bloc_years::table.find(Sql(id)).first(c).optional())?)
    }
    fn id(&self) -> Id<BlocYear> {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// Keeps a new year of a bloc.
///
/// # Errors
/// [`Code::BlocYearTaken`], [`Code::CodeTaken`].
pub fn insert(tx: &mut Tx<'_>, row: &BlocYearRow) -> Result<()> {
    let (bloc, year) = (row.bloc_id, row.year);
    let there: Option<BlocYearId> = on!(tx.conn(), |c| bloc_years::table
        .filter(bloc_years::bloc_id.eq(Sql(bloc)))
        .filter(bloc_years::year.eq(year))
        .select(bloc_years::id)
        .first(c)
        .optional())?;
    if there.is_some() {
        let name = crate::refs::blocs(tx.conn(), &[bloc])?.get(bloc).code;
        return Err(Refusal::at("/year", Code::BlocYearTaken).with("bloc", name).with("year", year).into());
    }
    on!(tx.conn(), |c| diesel::insert_into(bloc_years::table).values(row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(|| Refusal::at("/code", Code::CodeTaken).with("code", &row.code)))?;
    Ok(())
}

/// Keeps a changed year under its next version.
///
/// # Errors
/// [`Code::CodeTaken`].
pub fn save(tx: &mut Tx<'_>, held: &mut Held<BlocYearRow>) -> Result<()> {
    held.value.version += 1;
    held.value.updated_at = tx.now();
    let row = held.value.clone();
    on!(tx.conn(), |c| Whole::of(bloc_years::table, bloc_years::id.eq(Sql(row.id)), row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(|| Refusal::at("/code", Code::CodeTaken).with("code", &row.code)))?;
    Ok(())
}

/// The bloc years whose members are scored on a set.
///
/// # Errors
/// Whatever the database says.
pub fn scored_on(conn: &mut Conn, set: CriteriaSetId) -> Result<Vec<BlocYearRow>> {
    Ok(on!(conn, |c| bloc_years::table.filter(bloc_years::criteria_set_id.eq(Sql(set))).order(bloc_years::id).load(c))?)
}

/// How many those are.
///
/// # Errors
/// Whatever the database says.
pub fn count_scored_on(conn: &mut Conn, set: CriteriaSetId) -> Result<usize> {
    let count: i64 = on!(conn, |c| bloc_years::table.filter(bloc_years::criteria_set_id.eq(Sql(set))).count().get_result(c))?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// What the guards look at: three queries beside the members, which the caller has at hand.
///
/// # Errors
/// Whatever the database says.
pub fn facts(conn: &mut Conn, row: &BlocYearRow, members: &[MemberRow], today: Date) -> Result<BlocYearFacts> {
    let id = row.id;
    let bloc = row.bloc_id;
    let organizer: Option<UnitId> = on!(conn, |c| blocs::table.find(Sql(bloc)).select(blocs::organizer_id).first(c))?;
    let pledges: Vec<PledgeStatus> =
        on!(conn, |c| pledges::table.filter(pledges::bloc_year_id.eq(Sql(id))).select(pledges::status).limit(1_000).load(c))?;
    let pledges_in = |status| pledges.iter().filter(|other| **other == status).count();
    let day = reference_day(row.year, today);
    let present: Vec<&MemberRow> = members.iter().filter(|member| member.span().holds(day)).collect();
    Ok(BlocYearFacts {
        members: present.len(),
        has_leader: present.iter().any(|member| member.office == Office::Leader),
        has_deputy: present.iter().any(|member| member.office == Office::Deputy),
        has_organizer: organizer.is_some(),
        has_document: row.document_id.is_some(),
        open_pledges: pledges_in(PledgeStatus::Signing),
        binding_pledges: pledges_in(PledgeStatus::InForce),
        decided: crate::rankings::is_decided(conn, id)?,
    })
}

/// What bloc years are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only of this bloc.
    pub bloc: Option<BlocId>,
    /// Only of this year.
    pub year: Option<i32>,
    /// Only those whose members are scored on this set.
    pub criteria_set: Option<CriteriaSetId>,
    /// Only in this state.
    pub status: Option<BlocYearStatus>,
    /// Only those of which this unit is a member.
    pub member: Option<UnitId>,
    /// Only the one with this code.
    pub code: Option<String>,
    /// Only the one that another system calls so.
    pub external: Option<(String, String)>,
}

/// A page of bloc years, by year.
///
/// # Errors
/// Whatever the database says.
pub fn page(conn: &mut Conn, who: &Principal, today: Date, filter: &Filter, ask: &Ask) -> Result<Page<BlocYearRow>> {
    let scope = Scoped::of(who, Kind::BlocYear, today);
    let (rows, total) = on!(conn, |c| {
        let base = || {
            let mut query = bloc_years::table.filter(scope.clone()).into_boxed();
            if let Some(bloc) = filter.bloc {
                query = query.filter(bloc_years::bloc_id.eq(Sql(bloc)));
            }
            if let Some(year) = filter.year {
                query = query.filter(bloc_years::year.eq(year));
            }
            if let Some(set) = filter.criteria_set {
                query = query.filter(bloc_years::criteria_set_id.eq(Sql(set)));
            }
            if let Some(status) = filter.status {
                query = query.filter(bloc_years::status.eq(Sql(status)));
            }
            if let Some(code) = &filter.code {
                query = query.filter(bloc_years::code.eq(code.clone()));
            }
            if let Some(member) = filter.member {
                query = query.filter(
                    bloc_years::id
                        .eq_any(bloc_members::table.filter(bloc_members::unit_id.eq(Sql(member))).select(bloc_members::bloc_year_id)),
                );
            }
            called!(query, filter.external, Kind::BlocYear, bloc_years::id);
            if let Some(pattern) = ask.pattern() {
                query = query
                    .filter(bloc_years::bloc_id.eq_any(blocs::table.filter(blocs::folded.like(pattern).escape('\\')).select(blocs::id)));
            }
            query
        };
        let total = if ask.count { Some(base().count().get_result::<i64>(c)?) } else { None };
        let mut query = base();
        keyset!(query, ask, Int(bloc_years::year), bloc_years::id);
        (query.load::<BlocYearRow>(c)?, total)
    });
    Ok(Page::cut(rows, ask, total))
}
