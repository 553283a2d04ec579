//! Files of units: uploaded, listed, read, and taken away while nothing refers to them.

mod content;
mod upload;
mod view;

use thidua_domain::access::{Kind, Verb};
use thidua_domain::file;
use thidua_domain::id::FileId;
use thidua_store::files::{self as store, FileRow, Filter};
use thidua_store::page::Key;
use thidua_store::{Reach, Root, refs};

use crate::answer::{Done, List, One};
use crate::call::{Call, Ended};
use crate::list::Listing;
use crate::parts;
use crate::problem::ApiError;

pub(crate) use content::content;
pub(crate) use upload::upload;
use view::{FileFilter, bytes_of, view, views};
pub(crate) use view::{FileView, hex};

pub(crate) async fn list(call: Call<(), Listing<FileFilter>>) -> Result<List<FileView>, ApiError> {
    let asked = call.query.filter.clone();
    let ask = call.query.ask.clone();
    let (page, views) = call
        .read(Reach::Long, move |conn, eyes| {
            let filter = Filter {
                unit: refs::optional(conn, refs::find_unit, "/unit", asked.unit.as_deref())?,
                media_type: asked.media_type,
                sha256: asked.sha256.as_deref().map(bytes_of),
            };
            let page = store::page(conn, &eyes.who, eyes.today, &filter, &ask)?;
            let views = views(conn, eyes, &page.rows)?;
            Ok((page, views))
        })
        .await?;
    call.query.page(&page, &views, |row| (Key::Text(row.collation_key.clone()), row.id.any()))
}

pub(crate) async fn read(call: Call<FileId>) -> Result<One<FileView>, ApiError> {
    let id = call.path;
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            let (row, _) = parts::look_at::<FileRow>(conn, eyes, id)?;
            Ok((view(conn, eyes, &row)?, row.version))
        })
        .await?;
    One::of(&view, version)
}

pub(crate) async fn remove(call: Call<FileId>) -> Result<Ended<Done>, ApiError> {
    let id = call.path;
    call.write(Root::Of(id.any()), move |tx| {
        let held = tx.load_for_change::<FileRow>(id)?;
        tx.require(Kind::File, Verb::Delete, &held.ties)?;
        file::deletable(held.value.links)?;
        store::remove(tx, &held.value)?;
        Ok(Done)
    })
    .await
}
