//! Codes for want of a typed one: made from what the caller did say.

use thidua_domain::code::Code as HumanCode;
use thidua_domain::id::AnyId;
use thidua_store::conn::Conn;
use thidua_store::{StoreError, refs};

/// A short tail out of the random end of an identifier.
fn tail(id: AnyId) -> String {
    let digits = id.to_string().to_ascii_uppercase();
    let start = digits.len().saturating_sub(6);
    format!("-{}", digits.get(start..).unwrap_or_default())
}

/// A code that two things may well deserve, told apart by a tail from the start.
pub(crate) fn with_tail(words: &str, id: AnyId) -> String {
    HumanCode::from_name(words, &tail(id)).into_string()
}

/// A code made of words and an end, with a tail only where another object already bears it.
pub(crate) fn free<T>(
    conn: &mut Conn,
    words: &str,
    end: &str,
    id: AnyId,
    find: fn(&mut Conn, &str, &str) -> Result<T, StoreError>,
) -> Result<String, StoreError> {
    let plain = HumanCode::from_name(words, end).into_string();
    if refs::is_known(find(conn, "", &plain))? {
        Ok(HumanCode::from_name(words, &format!("{end}{}", tail(id))).into_string())
    } else {
        Ok(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tail_is_short_and_plain() {
        let id = AnyId::new(uuid::Uuid::from_u128(0x0198_c0de_0000_7000_8000_0000_00ab_cdef));
        assert_eq!(with_tail("Nguyễn Thị Lan", id), "NGUYEN-THI-LAN-ABCDEF");
    }
}
