//! The wording of a pledge: requirements, nested contents, references, partners. Kept and replaced
//! as a whole; it is settled once the pledge is opened for signing.

use diesel::prelude::*;
use thidua_domain::id::{CampaignId, DocumentId, PledgeId, PledgePartId, UnitId};
use thidua_domain::pledge::PartnerKind;

use crate::columns::{Sql, SqlOpt};
use crate::conn::{Conn, on};
use crate::error::{Result, StoreError};
use crate::schema::{pledge_contents, pledge_partners, pledge_references, pledge_requirements};
use crate::unit_of_work::Tx;

/// A content.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = pledge_contents, treat_none_as_default_value = false)]
pub struct ContentRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<PledgePartId>)]
    pub id: PledgePartId,
    /// Of which pledge.
    #[diesel(serialize_as = Sql<PledgeId>)]
    pub pledge_id: PledgeId,
    /// The content above it.
    #[diesel(serialize_as = SqlOpt<PledgePartId>)]
    pub parent_id: Option<PledgePartId>,
    /// Order within its level.
    pub ordinal: i32,
    /// Number as printed.
    pub no: String,
    /// Text.
    pub body: String,
}

/// A document or campaign referred to.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = pledge_references, treat_none_as_default_value = false)]
pub struct ReferenceRow {
    /// Identifier.
    #[diesel(serialize_as = Sql<PledgePartId>)]
    pub id: PledgePartId,
    /// From which pledge.
    #[diesel(serialize_as = Sql<PledgeId>)]
    pub pledge_id: PledgeId,
    /// From which content; `None` for the pledge as a whole.
    #[diesel(serialize_as = SqlOpt<PledgePartId>)]
    pub content_id: Option<PledgePartId>,
    /// To which document.
    #[diesel(serialize_as = SqlOpt<DocumentId>)]
    pub document_id: Option<DocumentId>,
    /// To which campaign.
    #[diesel(serialize_as = SqlOpt<CampaignId>)]
    pub campaign_id: Option<CampaignId>,
    /// Order.
    pub ordinal: i32,
    /// Remark.
    pub note: Option<String>,
}

/// An organisation that joins the members.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = pledge_partners, treat_none_as_default_value = false)]
pub struct PartnerRow {
    /// Of which pledge.
    #[diesel(serialize_as = Sql<PledgeId>)]
    pub pledge_id: PledgeId,
    /// Order.
    pub ordinal: i32,
    /// What it is.
    #[diesel(serialize_as = Sql<PartnerKind>)]
    pub kind: PartnerKind,
    /// Which unit.
    #[diesel(serialize_as = SqlOpt<UnitId>)]
    pub unit_id: Option<UnitId>,
    /// Its name, where it is no unit.
    pub name: Option<String>,
}

/// The wording of a pledge.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wording {
    /// Requirements, in order.
    pub requirements: Vec<String>,
    /// Contents, parents before their parts.
    pub contents: Vec<ContentRow>,
    /// References.
    pub references: Vec<ReferenceRow>,
    /// Partners.
    pub partners: Vec<PartnerRow>,
}

/// The wording of a pledge: four queries, whatever its length.
///
/// # Errors
/// Whatever the database says.
pub fn wording_of(conn: &mut Conn, pledge: PledgeId) -> Result<Wording> {
    Ok(on!(conn, |c| {
        Ok::<_, diesel::result::Error>(Wording {
            requirements: pledge_requirements::table
                .filter(pledge_requirements::pledge_id.eq(Sql(pledge)))
                .order(pledge_requirements::ordinal.asc())
                .select(pledge_requirements::body)
                .load(c)?,
            contents: pledge_contents::table
                .filter(pledge_contents::pledge_id.eq(Sql(pledge)))
                .order((pledge_contents::ordinal.asc(), pledge_contents::id.asc()))
                .load(c)?,
            references: pledge_references::table
                .filter(pledge_references::pledge_id.eq(Sql(pledge)))
                .order((pledge_references::ordinal.asc(), pledge_references::id.asc()))
                .load(c)?,
            partners: pledge_partners::table
                .filter(pledge_partners::pledge_id.eq(Sql(pledge)))
                .order(pledge_partners::ordinal.asc())
                .load(c)?,
        })
    })?)
}

/// Gives a new pledge its wording.
///
/// # Errors
/// Whatever the database says.
pub fn add_wording(tx: &mut Tx<'_>, pledge: PledgeId, wording: &Wording) -> Result<()> {
    let requirements: Vec<_> = wording
        .requirements
        .iter()
        .zip(0_i32..)
        .map(|(body, ordinal)| {
            (pledge_requirements::pledge_id.eq(Sql(pledge)), pledge_requirements::ordinal.eq(ordinal), pledge_requirements::body.eq(body))
        })
        .collect();
    on!(tx.conn(), |c| {
        diesel::insert_into(pledge_requirements::table).values(&requirements).execute(c)?;
        diesel::insert_into(pledge_contents::table).values(wording.contents.clone()).execute(c)?;
        diesel::insert_into(pledge_references::table).values(wording.references.clone()).execute(c)?;
        diesel::insert_into(pledge_partners::table).values(wording.partners.clone()).execute(c)
    })
    .map_err(StoreError::from)?;
    Ok(())
}

/// Gives a pledge another wording.
///
/// # Errors
/// Whatever the database says.
pub fn replace_wording(tx: &mut Tx<'_>, pledge: PledgeId, wording: &Wording) -> Result<()> {
    on!(tx.conn(), |c| {
        diesel::delete(pledge_references::table.filter(pledge_references::pledge_id.eq(Sql(pledge)))).execute(c)?;
        diesel::delete(pledge_contents::table.filter(pledge_contents::pledge_id.eq(Sql(pledge)))).execute(c)?;
        diesel::delete(pledge_requirements::table.filter(pledge_requirements::pledge_id.eq(Sql(pledge)))).execute(c)?;
        diesel::delete(pledge_partners::table.filter(pledge_partners::pledge_id.eq(Sql(pledge)))).execute(c)
    })
    .map_err(StoreError::from)?;
    add_wording(tx, pledge, wording)
}
