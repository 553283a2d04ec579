//! Files that show what is said of a sheet: whose they may be and of what sort.

use thidua_domain::access::{Kind, Verb, permits};
use thidua_domain::id::{FileId, UnitId};
use thidua_domain::refusal::{Code, Refusal, word_named};
use thidua_store::{StoreError, Tx, access, files};

/// Links a file to what it shows: one of the unit that speaks, or of a unit that the caller looks after.
///
/// # Errors
/// [`Code::UnknownReference`], [`Code::EvidenceOther`], [`Code::EvidenceType`] at `pointer`.
pub(crate) fn link(tx: &mut Tx<'_>, pointer: String, id: FileId, of: UnitId) -> Result<(), StoreError> {
    let today = tx.today();
    let file = files::link(tx, &pointer, id)?;
    let ties = access::ties_of(tx.conn(), Kind::File, file.id.any(), today)?;
    if file.owner_id != of && !permits(tx.actor(), Kind::File, Verb::Create, &ties) {
        return Err(Refusal::at(pointer, Code::EvidenceOther).with("file", &file.name).into());
    }
    if !file.media_type.is_evidence() {
        let refusal = Refusal::at(pointer, Code::EvidenceType).with("file", &file.name);
        return Err(refusal.with("media", word_named(file.media_type)).into());
    }
    Ok(())
}
