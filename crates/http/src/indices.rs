//! Indices that others publish: those that come with the program, and what a province adds.

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Ties, Verb};
use thidua_domain::code::Code as HumanCode;
use thidua_domain::criteria_set::Better;
use thidua_domain::id::IndexId;
use thidua_domain::points::Quantity;
use thidua_domain::time::Instant;
use thidua_store::conn::Conn;
use thidua_store::dialect::new_id;
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::index_results;
use thidua_store::indices::{self as store, Filter, IndexRow};
use thidua_store::page::Key;
use thidua_store::{Reach, Root, StoreError};
use utoipa::ToSchema;

use crate::answer::{List, Made, One};
use crate::call::{Call, Ended, Eyes, Json, Patch};
use crate::list::{Filters, Listing};
use crate::parts::{self, ExternalId, inside, label};
use crate::problem::ApiError;

/// An index that others publish.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Index, example = json!({
    "id": "0198c0de-0000-7000-8000-0000000000c0", "code": "PAR_INDEX", "name": "Chỉ số cải cách hành chính",
    "name_en": "Public Administration Reform Index", "publisher": "Bộ Nội vụ", "better": "higher", "better_label": "Càng cao càng tốt",
    "least": 0, "most": 100, "external_ids": {}, "allowed_actions": ["edit"],
    "version": 1, "created_at": "2026-11-27T02:00:00Z", "updated_at": "2026-11-27T02:00:00Z"
}))]
pub(crate) struct IndexView {
    /// Identifier.
    id: IndexId,
    /// Code.
    #[schema(max_length = 64)]
    code: String,
    /// Vietnamese name.
    #[schema(max_length = 300)]
    name: String,
    /// English name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300, nullable = false)]
    name_en: Option<String>,
    /// Who publishes it.
    #[schema(max_length = 300)]
    publisher: String,
    /// Which way its value is good; of ranks, 1 is always the best.
    better: Better,
    /// The same in words.
    #[schema(max_length = 100)]
    better_label: String,
    /// Least value there can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    least: Option<Quantity>,
    /// Greatest value there can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    most: Option<Quantity>,
    /// Remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, nullable = false)]
    note: Option<String>,
    /// What other systems call it.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
    /// What this caller may do to it.
    #[schema(max_items = 20)]
    allowed_actions: Vec<String>,
    /// Version.
    #[schema(minimum = 1)]
    version: i64,
    /// Made.
    created_at: Instant,
    /// Changed.
    updated_at: Instant,
}

/// An index to be added, or what of one can be edited.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = IndexDraft, example = json!({
    "code": "DDCI", "name": "Chỉ số năng lực cạnh tranh cấp sở, ngành và địa phương (giả định)",
    "publisher": "Ủy ban nhân dân tỉnh (giả định)", "better": "higher", "least": 0, "most": 100
}))]
pub(crate) struct IndexDraft {
    /// Code.
    #[schema(value_type = HumanCode)]
    code: String,
    /// Vietnamese name.
    #[schema(min_length = 1, max_length = 300)]
    name: String,
    /// English name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 300)]
    name_en: Option<String>,
    /// Who publishes it.
    #[schema(min_length = 1, max_length = 300)]
    publisher: String,
    /// Which way its value is good.
    better: Better,
    /// Least value there can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    least: Option<Quantity>,
    /// Greatest value there can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    most: Option<Quantity>,
    /// Remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    note: Option<String>,
    /// What other systems call it.
    #[serde(default, skip_serializing_if = "ExternalIds::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
}

impl IndexDraft {
    fn of(row: &IndexRow, external_ids: ExternalIds) -> Self {
        Self {
            code: row.code.clone(),
            name: row.name.clone(),
            name_en: row.name_en.clone(),
            publisher: row.publisher.clone(),
            better: row.better,
            least: row.least,
            most: row.most,
            note: row.note.clone(),
            external_ids,
        }
    }

    /// The row it asks for, judged.
    fn row(&self, id: IndexId, now: Instant) -> Result<IndexRow, StoreError> {
        let mut row = IndexRow {
            id,
            code: HumanCode::parse("/code", &self.code)?.into_string(),
            name: self.name.clone(),
            name_en: self.name_en.clone(),
            folded: String::new(),
            collation_key: String::new(),
            publisher: self.publisher.clone(),
            better: self.better,
            least: self.least,
            most: self.most,
            note: self.note.clone(),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        row.key();
        row.measure().check()?;
        Ok(row)
    }
}

/// What indices are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct IndexFilter {
    /// Only the one with this code.
    #[schema(min_length = 1, max_length = 64)]
    code: Option<String>,
    /// Only the one that another system calls so: `system:value`.
    external_id: Option<ExternalId>,
}

impl Filters for IndexFilter {
    const SORTS: &'static [&'static str] = &["name"];
    const SEARCH: bool = true;
}

fn views(conn: &mut Conn, eyes: &Eyes, rows: &[IndexRow]) -> Result<Vec<IndexView>, StoreError> {
    let any: Vec<_> = rows.iter().map(|row| row.id.any()).collect();
    let external = external_ids::of_all(conn, Kind::Index, &any)?;
    let actions = parts::open_acts(eyes, Kind::Index, &[Verb::Edit], &Ties::default());
    Ok(rows
        .iter()
        .zip(external)
        .map(|(row, external_ids)| IndexView {
            id: row.id,
            code: row.code.clone(),
            name: row.name.clone(),
            name_en: row.name_en.clone(),
            publisher: row.publisher.clone(),
            better: row.better,
            better_label: label(row.better, eyes.lang),
            least: row.least,
            most: row.most,
            note: row.note.clone(),
            external_ids,
            allowed_actions: actions.clone(),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
        .collect())
}

fn view(conn: &mut Conn, eyes: &Eyes, row: &IndexRow) -> Result<IndexView, StoreError> {
    views(conn, eyes, std::slice::from_ref(row))?.pop().ok_or(StoreError::NotFound)
}

pub(crate) async fn list(call: Call<(), Listing<IndexFilter>>) -> Result<List<IndexView>, ApiError> {
    let asked = call.query.filter.clone();
    let ask = call.query.ask.clone();
    let (page, views) = call
        .read(Reach::Long, move |conn, eyes| {
            let filter = Filter { code: asked.code, external: asked.external_id.map(ExternalId::pair) };
            let page = store::page(conn, &eyes.who, eyes.today, &filter, &ask)?;
            let views = views(conn, eyes, &page.rows)?;
            Ok((page, views))
        })
        .await?;
    call.query.page(&page, &views, |row| (Key::Text(row.collation_key.clone()), row.id.any()))
}

pub(crate) async fn read(call: Call<IndexId>) -> Result<One<IndexView>, ApiError> {
    let id = call.path;
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            let (row, _) = parts::look_at::<IndexRow>(conn, eyes, id)?;
            Ok((view(conn, eyes, &row)?, row.version))
        })
        .await?;
    One::of(&view, version)
}

pub(crate) async fn create(call: Call<(), (), Json<IndexDraft>>) -> Result<Ended<Made<IndexView>>, ApiError> {
    let (draft, eyes) = (call.body.0.clone(), call.eyes());
    let id: IndexId = new_id();
    call.write(Root::New, move |tx| {
        tx.require(Kind::Index, Verb::Create, &Ties::default())?;
        let row = draft.row(id, tx.now())?;
        store::insert(tx, &row)?;
        external_ids::add(tx.conn(), Kind::Index, id.any(), &draft.external_ids)?;
        tx.made(Kind::Index, id.any(), parts::values(&draft));
        let view = view(tx.conn(), &eyes, &row)?;
        Made::of(&view, Some(row.version), format!("/api/v1/indices/{id}")).map_err(inside)
    })
    .await
}

pub(crate) async fn edit(call: Call<IndexId, (), Patch<IndexDraft>>) -> Result<Ended<One<IndexView>>, ApiError> {
    let (id, patch, eyes) = (call.path, call.body.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<IndexRow>(id)?;
        tx.require(Kind::Index, Verb::Edit, &held.ties)?;
        let before = IndexDraft::of(&held.value, external_ids::of(tx.conn(), Kind::Index, id.any())?);
        let after = patch.onto(&before)?;
        let (version, created_at) = (held.value.version, held.value.created_at);
        held.value = IndexRow { version, created_at, ..after.row(id, tx.now())? };
        if (before.least, before.most) != (after.least, after.most) {
            let measure = held.value.measure();
            measure.keeps(index_results::outside(tx.conn(), id, measure)?)?;
        }
        store::save(tx, &mut held)?;
        external_ids::change(tx.conn(), Kind::Index, id.any(), &before.external_ids, &after.external_ids)?;
        tx.edited(Kind::Index, id.any(), parts::values(&before), parts::values(&after));
        let view = view(tx.conn(), &eyes, &held.value)?;
        One::of(&view, held.value.version).map_err(inside)
    })
    .await
}
