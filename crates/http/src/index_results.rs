//! What editions of indices say about units: value, rank, where it was published.

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Ties, Verb};
use thidua_domain::event::Event;
use thidua_domain::id::{DocumentId, IndexId, IndexResultId, UnitId};
use thidua_domain::points::Quantity;
use thidua_domain::time::{Date, Instant};
use thidua_store::conn::Conn;
use thidua_store::dialect::new_id;
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::index_results::{self as store, Filter, IndexResultRow};
use thidua_store::indices::IndexRow;
use thidua_store::page::Key;
use thidua_store::{Reach, Resource, Root, StoreError, Tx, refs};
use utoipa::ToSchema;

use crate::answer::{Done, List, Made, One};
use crate::call::{Call, Ended, Eyes, Json, Patch};
use crate::list::{Filters, Listing};
use crate::parts::{self, ExternalId, RefView, inside};
use crate::problem::ApiError;
use crate::scoresheets;

/// What an edition of an index says about a unit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IndexResult, example = json!({
    "id": "0198c0de-0000-7000-8000-0000000000c1",
    "index": {"id": "0198c0de-0000-7000-8000-0000000000c0", "code": "PAR_INDEX", "name": "Chỉ số cải cách hành chính"},
    "unit": {"id": "0198c0de-0000-7000-8000-000000000022", "code": "P34-DA-NANG", "name": "Thành phố Đà Nẵng"},
    "edition": 2025, "value": 88.12, "rank": 9, "ranked": 34, "published_on": "2026-05-20", "source": "Số liệu giả định",
    "fictional": true, "external_ids": {}, "allowed_actions": ["edit", "delete"],
    "version": 1, "created_at": "2026-11-27T02:00:00Z", "updated_at": "2026-11-27T02:00:00Z"
}))]
pub(crate) struct IndexResultView {
    /// Identifier.
    id: IndexResultId,
    /// Of which index.
    index: RefView,
    /// About which unit, by the name it bore on the day of publication.
    unit: RefView,
    /// Year that was measured.
    #[schema(minimum = 1990, maximum = 2199)]
    edition: i32,
    /// Value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    value: Option<Quantity>,
    /// Rank; 1 is the best.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100000, nullable = false)]
    rank: Option<i32>,
    /// Among how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100000, nullable = false)]
    ranked: Option<i32>,
    /// Day of publication.
    #[schema(value_type = String, format = Date)]
    published_on: Date,
    /// Where it stands: publication, page, address.
    #[schema(max_length = 500)]
    source: String,
    /// The document, where it is kept here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    document: Option<RefView>,
    /// Made up for a demonstration or test.
    fictional: bool,
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

/// A result to be entered, or what of one can be edited.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = IndexResultDraft, example = json!({
    "index": "PAR_INDEX", "unit": "P34-DA-NANG", "edition": 2025, "value": 88.12, "rank": 9, "ranked": 34,
    "published_on": "2026-05-20", "source": "Số liệu giả định", "fictional": true
}))]
pub(crate) struct IndexResultDraft {
    /// Of which index: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    index: String,
    /// About which unit: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    unit: String,
    /// Year that was measured.
    #[schema(minimum = 1990, maximum = 2199)]
    edition: i32,
    /// Value; it or the rank must be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<Quantity>,
    /// Rank; 1 is the best.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100000)]
    rank: Option<i32>,
    /// Among how many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100000)]
    ranked: Option<i32>,
    /// Day of publication.
    #[schema(value_type = String, format = Date)]
    published_on: Date,
    /// Where it stands: publication, page, address.
    #[schema(min_length = 1, max_length = 500)]
    source: String,
    /// The document, where it is kept here: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    document: Option<String>,
    /// Made up for a demonstration or test.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    fictional: bool,
    /// What other systems call it.
    #[serde(default, skip_serializing_if = "ExternalIds::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
}

impl IndexResultDraft {
    fn of(row: &IndexResultRow, external_ids: ExternalIds) -> Self {
        Self {
            index: row.index_id.to_string(),
            unit: row.unit_id.to_string(),
            edition: row.edition,
            value: row.value,
            rank: row.rank,
            ranked: row.ranked,
            published_on: row.published_on,
            source: row.source.clone(),
            document: row.document_id.map(|id| id.to_string()),
            fictional: row.fictional,
            external_ids,
        }
    }

    /// The row it asks for, judged by its index.
    fn row(&self, tx: &mut Tx<'_>, id: IndexResultId) -> Result<IndexResultRow, StoreError> {
        let index_id = refs::find_index(tx.conn(), "/index", &self.index)?;
        let row = IndexResultRow {
            id,
            index_id,
            unit_id: refs::find_unit(tx.conn(), "/unit", &self.unit)?,
            edition: self.edition,
            value: self.value,
            rank: self.rank,
            ranked: self.ranked,
            published_on: self.published_on,
            source: self.source.clone(),
            document_id: refs::optional(tx.conn(), refs::find_document, "/document", self.document.as_deref())?,
            fictional: self.fictional,
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
        };
        let index = IndexRow::load(tx.conn(), index_id)?.ok_or(StoreError::NotFound)?;
        row.reading().check(index.measure(), tx.today())?;
        Ok(row)
    }
}

/// What results are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct IndexResultFilter {
    /// Only of this index: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    index: Option<String>,
    /// Only about this unit: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    unit: Option<String>,
    /// Only of this edition.
    #[schema(minimum = 1990, maximum = 2199)]
    edition: Option<i32>,
    /// Only the one that another system calls so: `system:value`.
    external_id: Option<ExternalId>,
}

impl Filters for IndexResultFilter {
    const SORTS: &'static [&'static str] = &["edition"];
    const SEARCH: bool = false;
}

fn views(conn: &mut Conn, eyes: &Eyes, rows: &[IndexResultRow]) -> Result<Vec<IndexResultView>, StoreError> {
    let any: Vec<_> = rows.iter().map(|row| row.id.any()).collect();
    let indices: Vec<IndexId> = rows.iter().map(|row| row.index_id).collect();
    let units: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let documents: Vec<DocumentId> = rows.iter().filter_map(|row| row.document_id).collect();
    let indices = refs::indices(conn, &indices)?;
    let units = refs::unit_names(conn, &units)?;
    let documents = refs::documents(conn, &documents)?;
    let external = external_ids::of_all(conn, Kind::IndexResult, &any)?;
    let actions = parts::open_acts(eyes, Kind::IndexResult, &[Verb::Edit, Verb::Delete], &Ties::default());
    Ok(rows
        .iter()
        .zip(external)
        .map(|(row, external_ids)| IndexResultView {
            id: row.id,
            index: indices.get(row.index_id).into(),
            unit: units.at(row.unit_id, row.published_on).into(),
            edition: row.edition,
            value: row.value,
            rank: row.rank,
            ranked: row.ranked,
            published_on: row.published_on,
            source: row.source.clone(),
            document: row.document_id.map(|id| documents.get(id).into()),
            fictional: row.fictional,
            external_ids,
            allowed_actions: actions.clone(),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
        .collect())
}

fn view(conn: &mut Conn, eyes: &Eyes, row: &IndexResultRow) -> Result<IndexResultView, StoreError> {
    views(conn, eyes, std::slice::from_ref(row))?.pop().ok_or(StoreError::NotFound)
}

pub(crate) async fn list(call: Call<(), Listing<IndexResultFilter>>) -> Result<List<IndexResultView>, ApiError> {
    let asked = call.query.filter.clone();
    let ask = call.query.ask.clone();
    let (page, views) = call
        .read(Reach::Long, move |conn, eyes| {
            let filter = Filter {
                index: refs::optional(conn, refs::find_index, "/index", asked.index.as_deref())?,
                unit: refs::optional(conn, refs::find_unit, "/unit", asked.unit.as_deref())?,
                edition: asked.edition,
                external: asked.external_id.map(ExternalId::pair),
            };
            let page = store::page(conn, &eyes.who, eyes.today, &filter, &ask)?;
            let views = views(conn, eyes, &page.rows)?;
            Ok((page, views))
        })
        .await?;
    call.query.page(&page, &views, |row| (Key::Int(row.edition), row.id.any()))
}

pub(crate) async fn read(call: Call<IndexResultId>) -> Result<One<IndexResultView>, ApiError> {
    let id = call.path;
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            let (row, _) = parts::look_at::<IndexResultRow>(conn, eyes, id)?;
            Ok((view(conn, eyes, &row)?, row.version))
        })
        .await?;
    One::of(&view, version)
}

pub(crate) async fn create(call: Call<(), (), Json<IndexResultDraft>>) -> Result<Ended<Made<IndexResultView>>, ApiError> {
    let (draft, eyes) = (call.body.0.clone(), call.eyes());
    let id: IndexResultId = new_id();
    call.write(Root::New, move |tx| {
        tx.require(Kind::IndexResult, Verb::Create, &Ties::default())?;
        let row = draft.row(tx, id)?;
        store::insert(tx, &row)?;
        external_ids::add(tx.conn(), Kind::IndexResult, id.any(), &draft.external_ids)?;
        let kept = IndexResultDraft::of(&row, draft.external_ids.clone());
        tx.made(Kind::IndexResult, id.any(), parts::values(&kept));
        scoresheets::carry_in(tx, None, Some(&row))?;
        let view = view(tx.conn(), &eyes, &row)?;
        Made::of(&view, Some(row.version), format!("/api/v1/index-results/{id}")).map_err(inside)
    })
    .await
}

pub(crate) async fn edit(call: Call<IndexResultId, (), Patch<IndexResultDraft>>) -> Result<Ended<One<IndexResultView>>, ApiError> {
    let (id, patch, eyes) = (call.path, call.body.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<IndexResultRow>(id)?;
        tx.require(Kind::IndexResult, Verb::Edit, &held.ties)?;
        let before = IndexResultDraft::of(&held.value, external_ids::of(tx.conn(), Kind::IndexResult, id.any())?);
        let after = patch.onto(&before)?;
        let was = held.value.clone();
        held.value = IndexResultRow { version: was.version, created_at: was.created_at, ..after.row(tx, id)? };
        store::save(tx, &mut held)?;
        external_ids::change(tx.conn(), Kind::IndexResult, id.any(), &before.external_ids, &after.external_ids)?;
        let kept = IndexResultDraft::of(&held.value, after.external_ids);
        tx.edited(Kind::IndexResult, id.any(), parts::values(&before), parts::values(&kept));
        scoresheets::carry_in(tx, Some(&was), Some(&held.value))?;
        let view = view(tx.conn(), &eyes, &held.value)?;
        One::of(&view, held.value.version).map_err(inside)
    })
    .await
}

pub(crate) async fn delete(call: Call<IndexResultId>) -> Result<Ended<Done>, ApiError> {
    let id = call.path;
    call.write(Root::Of(id.any()), move |tx| {
        let held = tx.load_for_change::<IndexResultRow>(id)?;
        tx.require(Kind::IndexResult, Verb::Delete, &held.ties)?;
        let called = external_ids::of(tx.conn(), Kind::IndexResult, id.any())?;
        external_ids::change(tx.conn(), Kind::IndexResult, id.any(), &called, &ExternalIds::default())?;
        store::delete(tx, id)?;
        let was = parts::values(&IndexResultDraft::of(&held.value, called));
        tx.record(Event::new(Kind::IndexResult, id.any(), Verb::Delete).values(Some(was), None));
        scoresheets::carry_in(tx, Some(&held.value), None)?;
        Ok(Done)
    })
    .await
}
