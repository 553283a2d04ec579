//! Blocs and clusters: what they are, whatever the year.

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Relation, Verb};
use thidua_domain::bloc::{BlocKind, BlocScope};
use thidua_domain::code::Code as HumanCode;
use thidua_domain::id::{BlocId, UnitId};
use thidua_domain::missing::{Missing, absent};
use thidua_domain::time::Instant;
use thidua_store::blocs::{self as store, BlocRow, Filter};
use thidua_store::conn::Conn;
use thidua_store::dialect::new_id;
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::page::Key;
use thidua_store::{Reach, Root, StoreError, Tx, access, refs};
use utoipa::ToSchema;

use crate::answer::{List, Made, One};
use crate::call::{Call, Ended, Eyes, Json, Patch};
use crate::codes;
use crate::list::{Filters, Listing};
use crate::parts::{self, ExternalId, RefView, inside, label};
use crate::problem::ApiError;

/// A bloc.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Bloc, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000070", "code": "KHOI-SKHDT", "name": "Khối thi đua các Sở Kế hoạch và Đầu tư",
    "kind": "bloc", "kind_label": "Khối thi đua", "scope": "inter_provincial", "scope_label": "Liên tỉnh, theo ngành",
    "fictional": false, "external_ids": {}, "missing": ["organizer"], "missing_labels": ["Chưa ghi cơ quan tổ chức"], "allowed_actions": ["edit"], "version": 1,
    "created_at": "2026-11-21T02:00:00Z", "updated_at": "2026-11-21T02:00:00Z"
}))]
pub(crate) struct BlocView {
    /// Identifier.
    id: BlocId,
    /// Code.
    #[schema(max_length = 64)]
    code: String,
    /// Name.
    #[schema(max_length = 500)]
    name: String,
    /// Cluster or bloc.
    kind: BlocKind,
    /// The same in words.
    #[schema(max_length = 100)]
    kind_label: String,
    /// From where it draws its members.
    scope: BlocScope,
    /// The same in words.
    #[schema(max_length = 100)]
    scope_label: String,
    /// Who organises it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    organizer: Option<RefView>,
    /// Who organises it, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300, nullable = false)]
    organizer_note: Option<String>,
    /// Remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, nullable = false)]
    note: Option<String>,
    /// Made up for a demonstration or test.
    fictional: bool,
    /// What other systems call it.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
    /// What is absent.
    #[schema(max_items = 20)]
    missing: Vec<Missing>,
    /// The same in words.
    #[schema(max_items = 20, max_length = 200)]
    missing_labels: Vec<String>,
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

/// A bloc to be made or edited.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BlocDraft, example = json!({
    "code": "KHOI-SKHDT", "name": "Khối thi đua các Sở Kế hoạch và Đầu tư", "kind": "bloc", "scope": "inter_provincial"
}))]
pub(crate) struct BlocDraft {
    /// Code; made from the name when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<HumanCode>)]
    code: Option<String>,
    /// Name.
    #[schema(min_length = 1, max_length = 500)]
    name: String,
    /// Cluster or bloc.
    kind: BlocKind,
    /// From where it draws its members.
    scope: BlocScope,
    /// Who organises it: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    organizer: Option<String>,
    /// Who organises it, in words, where that is all that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 300)]
    organizer_note: Option<String>,
    /// Remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    note: Option<String>,
    /// Made up for a demonstration or test.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    fictional: bool,
    /// What other systems call it.
    #[serde(default, skip_serializing_if = "ExternalIds::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
}

/// What blocs are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct BlocFilter {
    /// Only of this kind.
    kind: Option<BlocKind>,
    /// Only with this reach.
    scope: Option<BlocScope>,
    /// Only the one with this code.
    #[schema(min_length = 1, max_length = 64)]
    code: Option<String>,
    /// Only those organised by this unit: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    organizer: Option<String>,
    /// Only those of which this unit is or was a member: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    member: Option<String>,
    /// Only the one that another system calls so: `system:value`.
    external_id: Option<ExternalId>,
}

impl Filters for BlocFilter {
    const SORTS: &'static [&'static str] = &["name"];
    const SEARCH: bool = true;
}

fn views(conn: &mut Conn, eyes: &Eyes, rows: &[BlocRow]) -> Result<Vec<BlocView>, StoreError> {
    let any: Vec<_> = rows.iter().map(|row| row.id.any()).collect();
    let organizers: Vec<UnitId> = rows.iter().filter_map(|row| row.organizer_id).collect();
    let names = refs::units(conn, &organizers, eyes.today)?;
    let external = external_ids::of_all(conn, Kind::Bloc, &any)?;
    let ties = parts::ties_of_all(conn, eyes, Kind::Bloc, &any)?;
    Ok(rows
        .iter()
        .zip(external)
        .zip(ties)
        .map(|((row, external_ids), ties)| {
            let missing = absent([(Missing::Organizer, row.organizer_id.is_some())]);
            BlocView {
                id: row.id,
                code: row.code.clone(),
                name: row.name.clone(),
                kind: row.kind,
                kind_label: label(row.kind, eyes.lang),
                scope: row.scope,
                scope_label: label(row.scope, eyes.lang),
                organizer: names.opt(row.organizer_id).map(Into::into),
                organizer_note: row.organizer_note.clone(),
                note: row.note.clone(),
                fictional: row.fictional,
                external_ids,
                missing_labels: parts::labels(&missing, eyes.lang),
                missing,
                allowed_actions: parts::open_acts(eyes, Kind::Bloc, &[Verb::Edit], &ties),
                version: row.version,
                created_at: row.created_at,
                updated_at: row.updated_at,
            }
        })
        .collect())
}

fn view(conn: &mut Conn, eyes: &Eyes, row: &BlocRow) -> Result<BlocView, StoreError> {
    views(conn, eyes, std::slice::from_ref(row))?.pop().ok_or(StoreError::NotFound)
}

pub(crate) async fn list(call: Call<(), Listing<BlocFilter>>) -> Result<List<BlocView>, ApiError> {
    let asked = call.query.filter.clone();
    let ask = call.query.ask.clone();
    let (page, views) = call
        .read(Reach::Long, move |conn, eyes| {
            let filter = Filter {
                kind: asked.kind,
                scope: asked.scope,
                code: asked.code,
                organizer: refs::optional(conn, refs::find_unit, "/organizer", asked.organizer.as_deref())?,
                member: refs::optional(conn, refs::find_unit, "/member", asked.member.as_deref())?,
                external: asked.external_id.map(ExternalId::pair),
            };
            let page = store::page(conn, &eyes.who, eyes.today, &filter, &ask)?;
            let views = views(conn, eyes, &page.rows)?;
            Ok((page, views))
        })
        .await?;
    call.query.page(&page, &views, |row| (Key::Text(row.collation_key.clone()), row.id.any()))
}

pub(crate) async fn read(call: Call<BlocId>) -> Result<One<BlocView>, ApiError> {
    let id = call.path;
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            let (row, _) = parts::look_at::<BlocRow>(conn, eyes, id)?;
            Ok((view(conn, eyes, &row)?, row.version))
        })
        .await?;
    One::of(&view, version)
}

/// A bloc is made by who will organise it, or by the standing body.
fn require_organizer(tx: &mut Tx<'_>, verb: Verb, organizer: Option<UnitId>) -> Result<(), StoreError> {
    let today = tx.today();
    let ties = match organizer {
        Some(unit) => access::ties_through(tx.conn(), Relation::Organizer, unit, today)?,
        None => Default::default(),
    };
    tx.require(Kind::Bloc, verb, &ties)
}

pub(crate) async fn create(call: Call<(), (), Json<BlocDraft>>) -> Result<Ended<Made<BlocView>>, ApiError> {
    let (draft, eyes) = (call.body.0.clone(), call.eyes());
    let id: BlocId = new_id();
    call.write(Root::New, move |tx| {
        let organizer_id = refs::optional(tx.conn(), refs::find_unit, "/organizer", draft.organizer.as_deref())?;
        require_organizer(tx, Verb::Create, organizer_id)?;
        let code = match &draft.code {
            Some(code) => HumanCode::parse("/code", code)?.into_string(),
            None => codes::free(tx.conn(), &draft.name, "", id.any(), refs::find_bloc)?,
        };
        let mut row = BlocRow {
            id,
            code,
            name: String::new(),
            folded: String::new(),
            collation_key: String::new(),
            kind: draft.kind,
            scope: draft.scope,
            organizer_id,
            organizer_note: draft.organizer_note.clone(),
            note: draft.note.clone(),
            fictional: draft.fictional,
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
        };
        row.rename(&draft.name);
        store::insert(tx, &row)?;
        external_ids::add(tx.conn(), Kind::Bloc, id.any(), &draft.external_ids)?;
        tx.made(Kind::Bloc, id.any(), parts::values(&draft));
        let view = view(tx.conn(), &eyes, &row)?;
        Made::of(&view, Some(row.version), format!("/api/v1/blocs/{id}")).map_err(inside)
    })
    .await
}

fn draft_of(row: &BlocRow, external_ids: ExternalIds) -> BlocDraft {
    BlocDraft {
        code: Some(row.code.clone()),
        name: row.name.clone(),
        kind: row.kind,
        scope: row.scope,
        organizer: row.organizer_id.map(|id| id.to_string()),
        organizer_note: row.organizer_note.clone(),
        note: row.note.clone(),
        fictional: row.fictional,
        external_ids,
    }
}

pub(crate) async fn edit(call: Call<BlocId, (), Patch<BlocDraft>>) -> Result<Ended<One<BlocView>>, ApiError> {
    let (id, patch, eyes) = (call.path, call.body.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<BlocRow>(id)?;
        tx.require(Kind::Bloc, Verb::Edit, &held.ties)?;
        let before = draft_of(&held.value, external_ids::of(tx.conn(), Kind::Bloc, id.any())?);
        let after = patch.onto(&before)?;
        let organizer_id = refs::optional(tx.conn(), refs::find_unit, "/organizer", after.organizer.as_deref())?;
        if organizer_id != held.value.organizer_id {
            require_organizer(tx, Verb::Edit, organizer_id)?;
        }
        held.value.code = parts::kept_code(after.code.as_deref())?;
        held.value.rename(&after.name);
        held.value.kind = after.kind;
        held.value.scope = after.scope;
        held.value.organizer_id = organizer_id;
        held.value.organizer_note.clone_from(&after.organizer_note);
        held.value.note.clone_from(&after.note);
        held.value.fictional = after.fictional;
        store::save(tx, &mut held)?;
        external_ids::change(tx.conn(), Kind::Bloc, id.any(), &before.external_ids, &after.external_ids)?;
        tx.edited(Kind::Bloc, id.any(), parts::values(&before), parts::values(&after));
        let view = view(tx.conn(), &eyes, &held.value)?;
        One::of(&view, held.value.version).map_err(inside)
    })
    .await
}
