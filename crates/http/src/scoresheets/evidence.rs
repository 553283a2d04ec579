//! Files that show what is said of a sheet: whose they may be and of what sort.

use thidua_domain::access::{Kind, Verb, permits};
use thidua_domain::id::{FileId, UnitId};
use thidua_domain::refusal::{Code, Refusal, word_named};
use thidua_store::{StoreError, Tx, access, files};

/// Links what newly shows something, and lets go what no longer does; all that shows it now, each once.
///
/// # Errors
/// As [`link`], below `pointer`.
pub(crate) fn follow(tx: &mut Tx<'_>, of: UnitId, before: &[FileId], after: &[FileId], pointer: &str) -> Result<Vec<FileId>, StoreError> {
    let mut shown: Vec<FileId> = Vec::with_capacity(after.len());
    for (n, id) in after.iter().enumerate() {
        if shown.contains(id) {
            continue;
        }
        shown.push(*id);
        if !before.contains(id) {
            link(tx, format!("{pointer}/evidence/{n}"), *id, of)?;
        }
    }
    for gone in before.iter().filter(|id| !shown.contains(id)) {
        files::let_go(tx, *gone)?;
    }
    Ok(shown)
}

/// Links a file to what it shows: one of the unit that speaks, or of a unit that the caller looks after.
///
/// # Errors
/// [`Code::UnknownReference`], [`Code::EvidenceOther`], [`Code::EvidenceType`] at `pointer`.
fn link(tx: &mut Tx<'_>, pointer: String, id: FileId, of: UnitId) -> Result<(), StoreError> {
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
