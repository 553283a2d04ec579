//! Campaigns as kept, and the higher campaigns they respond to.

use std::collections::HashSet;

use diesel::prelude::*;
use thidua_domain::access::{Kind, Principal};
use thidua_domain::campaign::{CampaignForm, CampaignScope, CampaignStatus};
use thidua_domain::dated::Precision;
use thidua_domain::id::{Campaign, CampaignId, DocumentId, Id, UnitId};
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::refusal::{Code, Refusal};
use thidua_domain::text;
use thidua_domain::time::{Date, Instant};

use crate::access::Scoped;
use crate::among::among;
use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, called, keyset, on};
use crate::error::{Result, StoreError};
use crate::page::{Ask, Page};
use crate::prepared::Whole;
use crate::schema::{campaign_responses, campaigns};
use crate::unit_of_work::{Held, Resource, Tx};

/// A campaign.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = campaigns, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct CampaignRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<CampaignId>)]
    pub id: CampaignId,
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Search key.
    pub folded: String,
    /// Order key.
    pub collation_key: String,
    /// Slogan.
    pub slogan: Option<String>,
    /// How far it reaches.
    #[diesel(serialize_as = Sql<CampaignScope>)]
    pub scope: CampaignScope,
    /// Form.
    #[diesel(serialize_as = Sql<CampaignForm>)]
    pub form: CampaignForm,
    /// What an older law called the form.
    pub legacy_label: Option<String>,
    /// The unit that launches it.
    #[diesel(serialize_as = SqlOpt<UnitId>)]
    pub issuer_id: Option<UnitId>,
    /// Who launches it, where no unit is known.
    pub issuer_name: Option<String>,
    /// When it was launched.
    pub launched_on: Option<Date>,
    /// First day of its period.
    pub from_on: Option<Date>,
    /// How exactly it is known.
    #[diesel(serialize_as = SqlOpt<Precision>)]
    pub from_precision: Option<Precision>,
    /// Last day of its period.
    pub to_on: Option<Date>,
    /// How exactly it is known.
    #[diesel(serialize_as = SqlOpt<Precision>)]
    pub to_precision: Option<Precision>,
    /// The document that launches it.
    #[diesel(serialize_as = SqlOpt<DocumentId>)]
    pub document_id: Option<DocumentId>,
    /// The unit that keeps the record.
    #[diesel(serialize_as = Sql<UnitId>)]
    pub owner_id: UnitId,
    /// Where it stands.
    #[diesel(serialize_as = Sql<CampaignStatus>)]
    pub status: CampaignStatus,
    /// Launched here or recorded.
    #[diesel(serialize_as = Sql<Origin>)]
    pub origin: Origin,
    /// What is known of a recorded launch.
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

impl CampaignRow {
    /// Brings the keys in line with what they are made of: title, slogan and code.
    pub fn key(&mut self) {
        let parts = [Some(self.title.as_str()), self.slogan.as_deref(), Some(self.code.as_str())];
        self.folded = text::fold(&parts.into_iter().flatten().collect::<Vec<_>>().join(" "));
        self.collation_key = text::collation_key(&self.title);
    }
}

impl Resource for CampaignRow {
    type Marker = Campaign;
    const KIND: Kind = Kind::Campaign;
    fn load(conn: &mut Conn, id: CampaignId) -> Result<Option<Self>> {
        Ok(on!(conn, |c| campaigns::table.find(Sql(id)).first(c).optional())?)
    }
    fn id(&self) -> Id<Campaign> {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
}

fn taken(row: &CampaignRow) -> Refusal {
    Refusal::at("/code", Code::CodeTaken).with("code", &row.code)
}

/// Keeps a new campaign.
///
/// # Errors
/// [`Code::CodeTaken`].
pub fn insert(tx: &mut Tx<'_>, row: &CampaignRow) -> Result<()> {
    on!(tx.conn(), |c| diesel::insert_into(campaigns::table).values(row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(|| taken(row)))?;
    Ok(())
}

/// Keeps a changed campaign under its next version.
///
/// # Errors
/// [`Code::CodeTaken`].
pub fn save(tx: &mut Tx<'_>, held: &mut Held<CampaignRow>) -> Result<()> {
    held.value.version += 1;
    held.value.updated_at = tx.now();
    let row = held.value.clone();
    on!(tx.conn(), |c| Whole::of(campaigns::table, campaigns::id.eq(Sql(row.id)), row.clone()).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(|| taken(&row)))?;
    Ok(())
}

/// What several campaigns respond to, as pairs of campaign and higher campaign in the order in
/// which each names them: one query.
///
/// # Errors
/// Whatever the database says.
pub fn responses_of_all(conn: &mut Conn, campaigns: &[CampaignId]) -> Result<Vec<(CampaignId, CampaignId)>> {
    if campaigns.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, |c| among!(campaign_responses::campaign_id, campaigns, |within| campaign_responses::table
        .filter(within)
        .order((campaign_responses::campaign_id.asc(), campaign_responses::ordinal.asc()))
        .select((campaign_responses::campaign_id, campaign_responses::higher_id))
        .load(c)))?)
}

/// Replaces what a campaign responds to. Circles were refused before.
///
/// # Errors
/// Whatever the database says.
pub fn respond(tx: &mut Tx<'_>, campaign: CampaignId, higher: &[CampaignId]) -> Result<()> {
    let rows: Vec<_> = higher
        .iter()
        .zip(1i32..)
        .map(|(higher, ordinal)| {
            (
                campaign_responses::campaign_id.eq(Sql(campaign)),
                campaign_responses::higher_id.eq(Sql(*higher)),
                campaign_responses::ordinal.eq(ordinal),
            )
        })
        .collect();
    on!(tx.conn(), |c| {
        diesel::delete(campaign_responses::table.filter(campaign_responses::campaign_id.eq(Sql(campaign)))).execute(c)?;
        diesel::insert_into(campaign_responses::table).values(&rows).execute(c)
    })
    .map_err(StoreError::from)?;
    Ok(())
}

/// All campaigns above a campaign, however far: for refusing circles.
///
/// # Errors
/// Whatever the database says.
pub fn above(conn: &mut Conn, campaign: CampaignId) -> Result<HashSet<CampaignId>> {
    let mut seen = HashSet::new();
    let mut level = vec![campaign];
    while !level.is_empty() {
        let pairs = responses_of_all(conn, &level)?;
        level = pairs.into_iter().map(|(_, higher)| higher).filter(|higher| seen.insert(*higher)).collect();
    }
    Ok(seen)
}

/// What campaigns are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only of this reach.
    pub scope: Option<CampaignScope>,
    /// Only of this form.
    pub form: Option<CampaignForm>,
    /// Only in this state.
    pub status: Option<CampaignStatus>,
    /// Only those of this issuer.
    pub issuer: Option<UnitId>,
    /// Only those that this unit keeps.
    pub owner: Option<UnitId>,
    /// Only the one with this code.
    pub code: Option<String>,
    /// Only those that respond to this campaign.
    pub responds_to: Option<CampaignId>,
    /// Only the one that another system calls so.
    pub external: Option<(String, String)>,
}

/// A page of campaigns, in the order of their titles.
///
/// # Errors
/// Whatever the database says.
pub fn page(conn: &mut Conn, who: &Principal, today: Date, filter: &Filter, ask: &Ask) -> Result<Page<CampaignRow>> {
    let scope = Scoped::of(who, Kind::Campaign, today);
    let (rows, total) = on!(conn, |c| {
        let base = || {
            let mut query = campaigns::table.filter(scope.clone()).into_boxed();
            if let Some(scope) = filter.scope {
                query = query.filter(campaigns::scope.eq(Sql(scope)));
            }
            if let Some(form) = filter.form {
                query = query.filter(campaigns::form.eq(Sql(form)));
            }
            if let Some(status) = filter.status {
                query = query.filter(campaigns::status.eq(Sql(status)));
            }
            if let Some(issuer) = filter.issuer {
                query = query.filter(campaigns::issuer_id.eq(Sql(issuer)));
            }
            if let Some(owner) = filter.owner {
                query = query.filter(campaigns::owner_id.eq(Sql(owner)));
            }
            if let Some(code) = &filter.code {
                query = query.filter(campaigns::code.eq(code.clone()));
            }
            if let Some(higher) = filter.responds_to {
                query = query.filter(campaigns::id.eq_any(
                    campaign_responses::table.filter(campaign_responses::higher_id.eq(Sql(higher))).select(campaign_responses::campaign_id),
                ));
            }
            called!(query, filter.external, Kind::Campaign, campaigns::id);
            if let Some(pattern) = ask.pattern() {
                query = query.filter(campaigns::folded.like(pattern).escape('\\'));
            }
            query
        };
        let total = if ask.count { Some(base().count().get_result::<i64>(c)?) } else { None };
        let mut query = base();
        keyset!(query, ask, Text(campaigns::collation_key), campaigns::id);
        (query.load::<CampaignRow>(c)?, total)
    });
    Ok(Page::cut(rows, ask, total))
}
