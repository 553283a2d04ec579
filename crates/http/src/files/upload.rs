//! A file comes in: who may is asked before its bytes are read, what it is while they are, and there
//! is a row for it only when they are safe.

use thidua_domain::access::{self, Kind, Relation, Verb};
use thidua_domain::file::{self, MediaType};
use thidua_domain::id::{FileId, UnitId};
use thidua_domain::refusal::Refusals;
use thidua_store::dialect::new_id;
use thidua_store::files::{self as store, FileRow};
use thidua_store::{Reach, Root, StoreError, UnitOfWork, access as ties, refs};

use super::view::{FileView, UploadQuery, hex, view};
use crate::answer::Made;
use crate::call::{Call, Ended, Query, Upload};
use crate::parts::inside;
use crate::problem::{ApiError, Protocol};

/// What can be said without the bytes: name and secrecy, told together.
fn announced(asked: &UploadQuery, media: MediaType) -> Result<String, ApiError> {
    let mut refusals = Refusals::default();
    refusals.take(file::not_secret(asked.secrecy));
    let name = refusals.take(file::name(&asked.name, media));
    refusals.done().map_err(|error| ApiError::from(error).about_parameters())?;
    name.ok_or_else(|| ApiError::internal("a name is neither taken nor refused"))
}

/// The unit, if the caller may put files there and there is room for one more.
async fn unit_of<P>(call: &Call<P, Query<UploadQuery>, Upload>, size: u64) -> Result<UnitId, ApiError> {
    let (typed, quota) = (call.query.0.unit.clone(), call.app.settings.file_quota);
    let found = call.read(Reach::Point, move |conn, eyes| {
        let unit = refs::find_unit(conn, "/unit", &typed)?;
        let owner = ties::ties_through(conn, Relation::Owner, unit, eyes.today)?;
        access::require(&eyes.who, Kind::File, Verb::Create, &owner, eyes.lang)?;
        file::within_quota(store::used(conn, unit)?, size, quota)?;
        Ok(unit)
    });
    found.await.map_err(ApiError::about_parameters)
}

pub(crate) async fn upload(mut call: Call<(), Query<UploadQuery>, Upload>) -> Result<Ended<Made<FileView>>, ApiError> {
    let incoming = call.body.0.take().ok_or(Protocol::BodyRequired)?;
    let name = announced(&call.query.0, incoming.media)?;
    let unit = unit_of(&call, incoming.announced).await?;
    let arriving = call.app.files.receive(incoming.media).await?;
    let arrived = incoming.into_file(arriving).await?;
    // The same key with other bytes asks for something else.
    if let Some(key) = &mut call.meta.idempotency {
        let asked = &call.query.0;
        let said = [asked.unit.as_str(), asked.name.as_str(), &hex(&arrived.sha256)].join("\n");
        key.fingerprint = call.app.master.mark(said.as_bytes());
    }
    if !call.meta.dry_run {
        let (sha256, work) = (arrived.sha256.clone(), UnitOfWork::system(call.meta.now, &call.meta.request_id));
        call.app.store.write(work, Root::New, move |tx| store::announce(tx, &sha256)).await?;
        call.app.files.keep(&arrived).await?;
    }
    let (eyes, quota, dry) = (call.eyes(), call.app.settings.file_quota, call.meta.dry_run);
    let id: FileId = new_id();
    // Writes for one unit queue up, since each counts what the others have used.
    call.write(Root::Of(unit.any()), move |tx| {
        let owner = ties::ties_through(tx.conn(), Relation::Owner, unit, eyes.today)?;
        tx.require(Kind::File, Verb::Create, &owner)?;
        file::within_quota(store::used(tx.conn(), unit)?, arrived.size, quota)?;
        let user = tx.actor().user.ok_or_else(|| StoreError::Broken("nobody uploads".to_owned()))?;
        let row = FileRow::new(id, unit, &name, &arrived, user, tx.now());
        if dry {
            // Nothing was put, so that the row could not stand; it is undone in any case.
            store::announce(tx, &row.sha256)?;
        }
        store::insert(tx, &row)?;
        tx.made(
            Kind::File,
            id.any(),
            serde_json::json!({ "unit": unit, "name": row.name, "media_type": row.media_type, "size": row.size, "sha256": hex(&row.sha256) }),
        );
        let view = view(tx.conn(), &eyes, &row)?;
        Made::of(&view, Some(row.version), format!("/api/v1/files/{id}")).map_err(inside)
    })
    .await
    .map_err(ApiError::about_parameters)
}
