//! Pledges as kept: the pledge itself here, its text in `wording`, who signed in `signatures`, what
//! each unit has set itself in `targets`.

mod signatures;
mod targets;
mod wording;

use diesel::prelude::*;
use thidua_domain::access::{Kind, Principal, Ties};
use thidua_domain::bloc_year::BlocYearStatus;
use thidua_domain::code::Code;
use thidua_domain::event::Event;
use thidua_domain::id::{BlocId, BlocYearId, Id, MeetingId, Pledge, PledgeId, UnitId};
use thidua_domain::lifecycle;
use thidua_domain::pledge::{PledgeFacts, PledgeLife, PledgeStatus};
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::refusal::{Code as Rule, Refusal};
use thidua_domain::time::{Date, Instant};
use thidua_domain::vocabulary::Word;

pub use signatures::{SignatureRow, add_signature, remove_signature, signature, signatures_of};
pub use targets::{TargetRow, add_target, remove_target, save_target, target, targets_of};
pub use wording::{ContentRow, PartnerRow, ReferenceRow, Wording, add_wording, replace_wording, wording_of};

use crate::access::Scoped;
use crate::bloc_years::{BlocYearRow, Membership, membership};
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, called, keyset, on};
use crate::error::{Result, StoreError};
use crate::page::{Ask, Page};
use crate::prepared::Whole;
use crate::schema::{bloc_years, pledge_contents, pledges, signatures as signed};
use crate::unit_of_work::{Held, Resource, Tx};

/// A pledge.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = pledges, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct PledgeRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<PledgeId>)]
    pub id: PledgeId,
    /// Code.
    pub code: String,
    /// Of which bloc year.
    #[diesel(serialize_as = Sql<BlocYearId>)]
    pub bloc_year_id: BlocYearId,
    /// Title.
    pub title: String,
    /// Search key.
    pub folded: String,
    /// Opening words.
    pub preamble: Option<String>,
    /// Where it stands.
    #[diesel(serialize_as = Sql<PledgeStatus>)]
    pub status: PledgeStatus,
    /// Day by which all should have signed.
    pub sign_by: Option<Date>,
    /// Meeting at which it is signed.
    #[diesel(serialize_as = SqlOpt<MeetingId>)]
    pub meeting_id: Option<MeetingId>,
    /// Pledge it was copied from.
    #[diesel(serialize_as = SqlOpt<PledgeId>)]
    pub copied_from_id: Option<PledgeId>,
    /// Day from which it binds: that of the last signature.
    pub in_force_on: Option<Date>,
    /// How many have signed.
    pub signature_count: i32,
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
}

impl Resource for PledgeRow {
    type Marker = Pledge;
    const KIND: Kind = Kind::Pledge;
    fn load(conn: &mut Conn, id: PledgeId) -> Result<Option<Self>> {
        Ok(on!(conn, |c| pledges::table.find(Sql(id)).first(c).optional())?)
    }
    fn id(&self) -> Id<Pledge> {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// Keeps a new pledge.
///
/// # Errors
/// [`Rule::CodeTaken`].
pub fn insert(tx: &mut Tx<'_>, row: &PledgeRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(pledges::table).values(row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(|| Refusal::at("/code", Rule::CodeTaken).with("code", &row.code)))?;
    Ok(())
}

/// Keeps a changed pledge under its next version.
///
/// # Errors
/// [`Rule::CodeTaken`].
pub fn save(tx: &mut Tx<'_>, held: &mut Held<PledgeRow>) -> Result<()> {
    held.value.version += 1;
    held.value.updated_at = tx.now();
    let row = held.value.clone();
    on!(tx.conn(), |c| Whole::of(pledges::table, pledges::id.eq(Sql(row.id)), row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(|| Refusal::at("/code", Rule::CodeTaken).with("code", &row.code)))?;
    Ok(())
}

/// The next code of a bloc year that nobody has: its own code with the number of the pledge.
///
/// # Errors
/// Whatever the database says.
pub fn next_code(conn: &mut Conn, year: &BlocYearRow) -> Result<Code> {
    let id = year.id;
    let there: i64 = on!(conn, |c| pledges::table.filter(pledges::bloc_year_id.eq(Sql(id))).count().get_result(c))?;
    let mut number = there;
    loop {
        number += 1;
        let code = Code::from_name(&year.code, &format!("/GU{number}"));
        // Somebody may have typed it for another pledge.
        let taken: bool =
            on!(conn, |c| diesel::select(diesel::dsl::exists(pledges::table.filter(pledges::code.eq(code.as_str())))).get_result(c))?;
        if !taken {
            return Ok(code);
        }
    }
}

/// Units that must sign: the members on the day on which the year is looked at.
///
/// # Errors
/// Whatever the database says.
pub fn signers(conn: &mut Conn, pledge: &PledgeRow, today: Date) -> Result<Vec<UnitId>> {
    Ok(membership(conn, pledge.bloc_year_id)?.on(today))
}

/// Where a bloc year stands.
///
/// # Errors
/// Whatever the database says.
pub fn year_status(conn: &mut Conn, year: BlocYearId) -> Result<BlocYearStatus> {
    Ok(on!(conn, |c| bloc_years::table.find(Sql(year)).select(bloc_years::status).first(c))?)
}

/// What the guards look at, from signers and signatures that the caller has at hand.
///
/// # Errors
/// Whatever the database says.
pub fn facts(conn: &mut Conn, pledge: &PledgeRow, signers: &[UnitId], signatures: &[SignatureRow]) -> Result<PledgeFacts> {
    let (id, year) = (pledge.id, pledge.bloc_year_id);
    let year = year_status(conn, year)?;
    let contents: i64 = on!(conn, |c| pledge_contents::table
        .filter(pledge_contents::pledge_id.eq(Sql(id)))
        .filter(pledge_contents::parent_id.is_null())
        .count()
        .get_result(c))?;
    Ok(PledgeFacts {
        year,
        contents: usize::try_from(contents).unwrap_or(0),
        members: signers.len(),
        signed: signers.iter().filter(|unit| signatures.iter().any(|signature| signature.unit_id == **unit)).count(),
        signatures: signatures.len(),
        has_due_day: pledge.sign_by.is_some(),
        has_meeting: pledge.meeting_id.is_some(),
    })
}

/// The pledge of the year before in the same bloc: the one in force, else the newest.
///
/// # Errors
/// Whatever the database says.
pub fn of_year_before(conn: &mut Conn, bloc: BlocId, year: i32) -> Result<Option<PledgeId>> {
    let rows: Vec<(PledgeId, PledgeStatus)> = on!(conn, |c| pledges::table
        .inner_join(bloc_years::table)
        .filter(bloc_years::bloc_id.eq(Sql(bloc)))
        .filter(bloc_years::year.eq(year - 1))
        .order(pledges::id.desc())
        .select((pledges::id, pledges::status))
        .load(c))?;
    Ok(rows.iter().find(|(_, status)| *status == PledgeStatus::InForce).or(rows.first()).map(|(id, _)| *id))
}

/// Days on which a unit signed pledges of a bloc year.
///
/// # Errors
/// Whatever the database says.
pub fn days_signed(conn: &mut Conn, year: BlocYearId, unit: UnitId) -> Result<Vec<Date>> {
    let of_year = pledges::table.filter(pledges::bloc_year_id.eq(Sql(year))).select(pledges::id);
    let signatures = signed::table.filter(signed::unit_id.eq(Sql(unit))).filter(signed::pledge_id.eq_any(of_year));
    Ok(on!(conn, |c| signatures.select(signed::signed_on).load(c))?)
}

/// What pledges are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only of this bloc year.
    pub bloc_year: Option<BlocYearId>,
    /// Only of this year.
    pub year: Option<i32>,
    /// Only in this state.
    pub status: Option<PledgeStatus>,
    /// Only those this unit has signed.
    pub signed_by: Option<UnitId>,
    /// Only the one with this code.
    pub code: Option<String>,
    /// Only the one that another system calls so.
    pub external: Option<(String, String)>,
}

/// A page of pledges.
///
/// # Errors
/// Whatever the database says.
pub fn page(conn: &mut Conn, who: &Principal, today: Date, filter: &Filter, ask: &Ask) -> Result<Page<PledgeRow>> {
    let scope = Scoped::of(who, Kind::Pledge, today);
    let (rows, total) = on!(conn, |c| {
        let base = || {
            let mut query = pledges::table.filter(scope.clone()).into_boxed();
            if let Some(year) = filter.bloc_year {
                query = query.filter(pledges::bloc_year_id.eq(Sql(year)));
            }
            if let Some(year) = filter.year {
                query =
                    query.filter(pledges::bloc_year_id.eq_any(bloc_years::table.filter(bloc_years::year.eq(year)).select(bloc_years::id)));
            }
            if let Some(status) = filter.status {
                query = query.filter(pledges::status.eq(Sql(status)));
            }
            if let Some(code) = &filter.code {
                query = query.filter(pledges::code.eq(code.clone()));
            }
            if let Some(unit) = filter.signed_by {
                query = query.filter(pledges::id.eq_any(signed::table.filter(signed::unit_id.eq(Sql(unit))).select(signed::pledge_id)));
            }
            called!(query, filter.external, Kind::Pledge, pledges::id);
            if let Some(pattern) = ask.pattern() {
                query = query.filter(pledges::folded.like(pattern).escape('\\'));
            }
            query
        };
        let total = if ask.count { Some(base().count().get_result::<i64>(c)?) } else { None };
        let mut query = base();
        keyset!(query, ask, Text(pledges::code), pledges::id);
        (query.load::<PledgeRow>(c)?, total)
    });
    Ok(Page::cut(rows, ask, total))
}

/// Lets a pledge take effect when the last of its members has signed: of those who are members now, or of
/// those who were on the day of the last signature. Returns whether it did; the caller saves it. As long
/// as fewer have signed than must, no signature is read: on PostgreSQL, readers of an index collide with
/// all who write beside them.
///
/// # Errors
/// Whatever the database says.
pub fn settle(tx: &mut Tx<'_>, pledge: &mut PledgeRow, membership: &Membership) -> Result<bool> {
    let now = membership.on(tx.today());
    if usize::try_from(pledge.signature_count).is_ok_and(|signed| signed < membership.lasting().min(now.len()).max(1)) {
        return Ok(false);
    }
    let signatures = signatures_of(tx.conn(), pledge.id)?;
    let then = signatures.iter().map(|signature| signature.signed_on).max().map(|last| membership.on(last));
    for signers in [Some(now), then].into_iter().flatten() {
        let facts = facts(tx.conn(), pledge, &signers, &signatures)?;
        let Some((verb, to)) = lifecycle::automatic::<PledgeLife>(pledge.status, &facts) else { continue };
        let from = pledge.status;
        pledge.status = to;
        pledge.in_force_on =
            signatures.iter().filter(|signature| signers.contains(&signature.unit_id)).map(|signature| signature.signed_on).max();
        tx.record(Event::new(Kind::Pledge, pledge.id.any(), verb).moved(from.as_str(), to.as_str()));
        return Ok(true);
    }
    Ok(false)
}

/// Pledges that some have signed and that wait for others; the others may leave by a date.
///
/// # Errors
/// Whatever the database says.
pub fn waiting(conn: &mut Conn) -> Result<Vec<PledgeId>> {
    Ok(on!(conn, |c| pledges::table
        .filter(pledges::status.eq(Sql(PledgeStatus::Signing)))
        .filter(pledges::signature_count.gt(0))
        .select(pledges::id)
        .load(c))?)
}

/// Lets a pledge take effect if nobody is missing from it.
///
/// # Errors
/// Whatever the database says.
pub fn settle_one(tx: &mut Tx<'_>, pledge: PledgeId) -> Result<()> {
    let Some(mut pledge) = PledgeRow::load(tx.conn(), pledge)? else { return Ok(()) };
    let membership = membership(tx.conn(), pledge.bloc_year_id)?;
    if pledge.status == PledgeStatus::Signing && settle(tx, &mut pledge, &membership)? {
        save(tx, &mut Held { value: pledge, ties: Ties::default() })?;
    }
    Ok(())
}

/// The same for every pledge of a bloc year that waits for signatures: members may have left.
///
/// # Errors
/// Whatever the database says.
pub fn settle_year(tx: &mut Tx<'_>, year: BlocYearId) -> Result<()> {
    let waiting: Vec<PledgeId> = on!(tx.conn(), |c| pledges::table
        .filter(pledges::bloc_year_id.eq(Sql(year)))
        .filter(pledges::status.eq(Sql(PledgeStatus::Signing)))
        .select(pledges::id)
        .load(c))?;
    waiting.into_iter().try_for_each(|pledge| settle_one(tx, pledge))
}
