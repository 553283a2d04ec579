//! Small facts about the installation itself.

use diesel::prelude::*;

use crate::conn::{Conn, on};
use crate::error::Result;
use crate::schema::settings;

/// Reads one.
///
/// # Errors
/// Whatever the database says.
pub fn get(conn: &mut Conn, name: &str) -> Result<Option<String>> {
    Ok(on!(conn, |c| settings::table.find(name).select(settings::value).first(c).optional())?)
}

/// Sets one.
///
/// # Errors
/// Whatever the database says.
pub fn set(conn: &mut Conn, name: &str, value: &str) -> Result<()> {
    on!(conn, |c| diesel::insert_into(settings::table)
        .values((settings::name.eq(name), settings::value.eq(value)))
        .on_conflict(settings::name)
        .do_update()
        .set(settings::value.eq(value))
        .execute(c))?;
    Ok(())
}
