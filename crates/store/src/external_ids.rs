//! What other systems call our resources.

use std::collections::BTreeMap;

use diesel::prelude::*;
use thidua_domain::access::Kind;
use thidua_domain::id::AnyId;
use thidua_domain::refusal::{Code, Refusal};

use crate::among::among;
use crate::columns::Sql;
use crate::conn::{Conn, on};
use crate::error::{Result, StoreError};
use crate::schema::external_ids;

/// Identifiers by system.
pub type ExternalIds = BTreeMap<String, String>;

/// The identifiers of several resources of one kind, in the order asked for.
///
/// # Errors
/// Whatever the database says.
pub fn of_all(conn: &mut Conn, kind: Kind, subjects: &[AnyId]) -> Result<Vec<ExternalIds>> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(AnyId, String, String)> = on!(conn, |c| among!(external_ids::subject_id, subjects, |within| external_ids::table
        .filter(external_ids::kind.eq(Sql(kind)))
        .filter(within)
        .select((external_ids::subject_id, external_ids::system, external_ids::value))
        .load(c)))?;
    let mut all: Vec<ExternalIds> = subjects.iter().map(|_| ExternalIds::new()).collect();
    for (subject, system, value) in rows {
        if let Some((_, ids)) = subjects.iter().zip(all.iter_mut()).find(|(asked, _)| **asked == subject) {
            ids.insert(system, value);
        }
    }
    Ok(all)
}

/// The identifiers of one resource.
///
/// # Errors
/// Whatever the database says.
pub fn of(conn: &mut Conn, kind: Kind, subject: AnyId) -> Result<ExternalIds> {
    Ok(of_all(conn, kind, &[subject])?.pop().unwrap_or_default())
}

/// Gives a new resource its identifiers.
///
/// # Errors
/// [`Code::AlreadyExists`] when another resource of the kind bears one of them.
pub fn add(conn: &mut Conn, kind: Kind, subject: AnyId, ids: &ExternalIds) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = ids
        .iter()
        .map(|(system, value)| {
            (
                external_ids::kind.eq(Sql(kind)),
                external_ids::subject_id.eq(Sql(subject)),
                external_ids::system.eq(system),
                external_ids::value.eq(value),
            )
        })
        .collect();
    on!(conn, |c| diesel::insert_into(external_ids::table).values(&rows).execute(c))
        .map_err(|error| StoreError::from(error).conflict_as(|| Refusal::at("/external_ids", Code::AlreadyExists)))?;
    Ok(())
}

/// Gives a resource other identifiers; where none changed, the table is not touched.
///
/// # Errors
/// [`Code::AlreadyExists`] when another resource of the kind bears one of them.
pub fn change(conn: &mut Conn, kind: Kind, subject: AnyId, before: &ExternalIds, after: &ExternalIds) -> Result<()> {
    if before == after {
        return Ok(());
    }
    on!(conn, |c| diesel::delete(
        external_ids::table.filter(external_ids::kind.eq(Sql(kind))).filter(external_ids::subject_id.eq(Sql(subject)))
    )
    .execute(c))?;
    add(conn, kind, subject, after)
}
