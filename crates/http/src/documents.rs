//! Official documents: resolutions, directives, decisions and what else campaigns and blocs rest on.

mod view;

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Relation, Verb};
use thidua_domain::code::Code as HumanCode;
use thidua_domain::dated::{Precision, not_after_today};
use thidua_domain::document::{DocumentKind, numbered_in, one_issuer};
use thidua_domain::event::Event;
use thidua_domain::id::{DocumentId, UnitId};
use thidua_domain::recorded::{Origin, Recorded, SignMode};
use thidua_domain::refusal::Refusals;
use thidua_domain::time::Date;
use thidua_domain::vocabulary::Word;
use thidua_store::dialect::new_id;
use thidua_store::documents::{self as store, DocumentRow, Filter, Sort};
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::page::Key;
use thidua_store::{Held, Reach, Root, StoreError, Tx, access, files, refs};
use utoipa::ToSchema;

pub(crate) use view::DocumentView;

use crate::answer::{List, Made, One};
use crate::call::{Call, Ended, Eyes, Json, Patch};
use crate::codes;
use crate::list::{Filters, Listing};
use crate::parts::{self, ExternalId, inside};
use crate::problem::ApiError;

/// A new document.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DocumentDraft, example = json!({
    "kind": "resolution", "number": "01", "symbol": "01/NQ-CP", "issued_on": "2021-01-01", "issuer_name": "Chính phủ",
    "title": "Về những nhiệm vụ, giải pháp chủ yếu thực hiện Kế hoạch phát triển kinh tế - xã hội năm 2021", "owner": "P34-DA-NANG",
    "recorded": {"from": "paper", "happened_on": "2021-01-01"}
}))]
pub(crate) struct DocumentDraft {
    /// Code; made from sign or kind and year when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<HumanCode>)]
    code: Option<String>,
    /// Kind.
    kind: DocumentKind,
    /// Number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 20)]
    number: Option<String>,
    /// The full sign as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 80)]
    symbol: Option<String>,
    /// Date of issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    issued_on: Option<Date>,
    /// How exactly it is known; `day` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issued_precision: Option<Precision>,
    /// The unit that issued it: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    issuer: Option<String>,
    /// Who issued it, where no unit is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 300)]
    issuer_name: Option<String>,
    /// Who signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    signer_name: Option<String>,
    /// In what position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    signer_position: Option<String>,
    /// In what capacity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signer_mode: Option<SignMode>,
    /// What it is about.
    #[schema(min_length = 1, max_length = 500)]
    title: String,
    /// The unit that keeps the record: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    owner: String,
    /// Facts of a document that was issued elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recorded: Option<Recorded>,
    /// Made up for a demonstration or test.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    fictional: bool,
    /// What other systems call it.
    #[serde(default, skip_serializing_if = "ExternalIds::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
}

/// What of a document can be edited.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DocumentEdit, example = json!({ "number": "01", "symbol": "01/NQ-CP", "issued_on": "2021-01-01" }))]
pub(crate) struct DocumentEdit {
    /// Code.
    #[schema(value_type = HumanCode)]
    code: String,
    /// Kind.
    kind: DocumentKind,
    /// Number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 20)]
    number: Option<String>,
    /// The full sign as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 80)]
    symbol: Option<String>,
    /// Date of issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    issued_on: Option<Date>,
    /// How exactly it is known; `day` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issued_precision: Option<Precision>,
    /// The unit that issued it: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    issuer: Option<String>,
    /// Who issued it, where no unit is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 300)]
    issuer_name: Option<String>,
    /// Who signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    signer_name: Option<String>,
    /// In what position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    signer_position: Option<String>,
    /// In what capacity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signer_mode: Option<SignMode>,
    /// What it is about.
    #[schema(min_length = 1, max_length = 500)]
    title: String,
    /// The unit that keeps the record: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    owner: String,
    /// What other systems call it.
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
}

/// What documents are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct DocumentFilter {
    /// Only of this kind.
    kind: Option<DocumentKind>,
    /// Only the one with this code.
    #[schema(min_length = 1, max_length = 64)]
    code: Option<String>,
    /// Only those with this sign; `01-NQ/CP` finds `01/NQ-CP`.
    #[schema(min_length = 1, max_length = 80)]
    symbol: Option<String>,
    /// Only those of this issuer: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    issuer: Option<String>,
    /// Only those that this unit keeps: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    owner: Option<String>,
    /// Only those issued in this year.
    #[schema(minimum = 1900, maximum = 2200)]
    year: Option<i32>,
    /// Only the one that another system calls so: `system:value`.
    external_id: Option<ExternalId>,
}

impl Filters for DocumentFilter {
    const SORTS: &'static [&'static str] = &["title", "code"];
    const SEARCH: bool = true;
}

pub(crate) async fn list(call: Call<(), Listing<DocumentFilter>>) -> Result<List<DocumentView>, ApiError> {
    let asked = call.query.filter.clone();
    let ask = call.query.ask.clone();
    let sort = if call.query.sort == "code" { Sort::Code } else { Sort::Title };
    let (page, views) = call
        .read(Reach::Long, move |conn, eyes| {
            let filter = Filter {
                kind: asked.kind,
                code: asked.code,
                symbol: asked.symbol,
                issuer: refs::optional(conn, refs::find_unit, "/issuer", asked.issuer.as_deref())?,
                owner: refs::optional(conn, refs::find_unit, "/owner", asked.owner.as_deref())?,
                year: asked.year,
                external: asked.external_id.map(ExternalId::pair),
            };
            let page = store::page(conn, &eyes.who, eyes.today, &filter, sort, &ask)?;
            let views = view::views(conn, eyes, &page.rows)?;
            Ok((page, views))
        })
        .await?;
    call.query.page(&page, &views, |row| {
        let key = if sort == Sort::Code { row.code.clone() } else { row.collation_key.clone() };
        (Key::Text(key), row.id.any())
    })
}

pub(crate) async fn read(call: Call<DocumentId>) -> Result<One<DocumentView>, ApiError> {
    let id = call.path;
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            let (row, _) = parts::look_at::<DocumentRow>(conn, eyes, id)?;
            Ok((view::view(conn, eyes, &row)?, row.version))
        })
        .await?;
    One::of(&view, version)
}

/// The right to do something to documents of an owner and an issuer, before there is one or when
/// one is handed over.
fn require_of(tx: &mut Tx<'_>, verb: Verb, owner: UnitId, issuer: Option<UnitId>) -> Result<(), StoreError> {
    let today = tx.today();
    let mut ties = access::ties_through(tx.conn(), Relation::Owner, owner, today)?;
    if let Some(issuer) = issuer {
        ties.0.extend(access::ties_through(tx.conn(), Relation::Issuer, issuer, today)?.0);
    }
    tx.require(Kind::Document, verb, &ties)
}

/// Units named by a draft: owner and issuer.
fn units_of(tx: &mut Tx<'_>, edit: &DocumentEdit) -> Result<(UnitId, Option<UnitId>), StoreError> {
    let owner = refs::find_unit(tx.conn(), "/owner", &edit.owner)?;
    let issuer = refs::optional(tx.conn(), refs::find_unit, "/issuer", edit.issuer.as_deref())?;
    Ok((owner, issuer))
}

/// Checks what can be said of a document and puts it into the row.
fn fill(tx: &Tx<'_>, row: &mut DocumentRow, edit: &DocumentEdit, owner: UnitId, issuer: Option<UnitId>) -> Result<(), StoreError> {
    let mut refusals = Refusals::default();
    refusals.take(HumanCode::parse("/code", &edit.code));
    refusals.take(one_issuer(edit.issuer.as_deref(), edit.issuer_name.as_deref()));
    if let Some(on) = edit.issued_on {
        refusals.take(not_after_today("/issued_on", on, tx.today()));
    }
    refusals.done()?;
    row.code.clone_from(&edit.code);
    row.kind = edit.kind;
    row.number.clone_from(&edit.number);
    row.symbol.clone_from(&edit.symbol);
    row.issued_on = edit.issued_on;
    row.issued_precision = edit.issued_on.map(|_| edit.issued_precision.unwrap_or(Precision::Day));
    row.issuer_id = issuer;
    row.issuer_name.clone_from(&edit.issuer_name);
    row.signer_name.clone_from(&edit.signer_name);
    row.signer_position.clone_from(&edit.signer_position);
    row.signer_mode = edit.signer_mode;
    row.title.clone_from(&edit.title);
    row.owner_id = owner;
    row.key();
    Ok(())
}

impl DocumentDraft {
    fn edit(&self, code: String) -> DocumentEdit {
        DocumentEdit {
            code,
            kind: self.kind,
            number: self.number.clone(),
            symbol: self.symbol.clone(),
            issued_on: self.issued_on,
            issued_precision: self.issued_precision,
            issuer: self.issuer.clone(),
            issuer_name: self.issuer_name.clone(),
            signer_name: self.signer_name.clone(),
            signer_position: self.signer_position.clone(),
            signer_mode: self.signer_mode,
            title: self.title.clone(),
            owner: self.owner.clone(),
            external_ids: self.external_ids.clone(),
        }
    }
}

fn blank(tx: &Tx<'_>, id: DocumentId, draft: &DocumentDraft, owner_id: UnitId) -> DocumentRow {
    DocumentRow {
        id,
        code: String::new(),
        kind: draft.kind,
        number: None,
        symbol: None,
        normal_symbol: None,
        issued_on: None,
        issued_precision: None,
        issued_year: None,
        issuer_id: None,
        issuer_name: None,
        signer_name: None,
        signer_position: None,
        signer_mode: None,
        title: String::new(),
        folded: String::new(),
        collation_key: String::new(),
        owner_id,
        origin: if draft.recorded.is_some() { Origin::Recorded } else { Origin::Performed },
        recorded: draft.recorded.clone(),
        fictional: draft.fictional,
        version: 1,
        created_at: tx.now(),
        updated_at: tx.now(),
    }
}

pub(crate) async fn create(call: Call<(), (), Json<DocumentDraft>>) -> Result<Ended<Made<DocumentView>>, ApiError> {
    let (draft, eyes) = (call.body.0.clone(), call.eyes());
    let id: DocumentId = new_id();
    call.write(Root::New, move |tx| {
        let code = match &draft.code {
            Some(code) => code.clone(),
            None => {
                let end = draft.issued_on.map(|on| format!("/{}", numbered_in(on))).unwrap_or_default();
                codes::free(tx.conn(), draft.symbol.as_deref().unwrap_or(draft.kind.as_str()), &end, id.any(), refs::find_document)?
            }
        };
        let edit = draft.edit(code);
        let (owner, issuer) = units_of(tx, &edit)?;
        require_of(tx, Verb::Create, owner, issuer)?;
        if let Some(recorded) = &draft.recorded {
            recorded.check(tx.today())?;
            files::follow(tx, None, Some(recorded))?;
        }
        let mut row = blank(tx, id, &draft, owner);
        fill(tx, &mut row, &edit, owner, issuer)?;
        store::insert(tx, &row)?;
        external_ids::add(tx.conn(), Kind::Document, id.any(), &draft.external_ids)?;
        let made = Event::new(Kind::Document, id.any(), Verb::Create).values(None, Some(parts::values(&draft)));
        tx.record(made.recorded(draft.recorded.clone()));
        let view = view::view(tx.conn(), &eyes, &row)?;
        Made::of(&view, Some(row.version), format!("/api/v1/documents/{id}")).map_err(inside)
    })
    .await
}

fn edit_of(row: &DocumentRow, external_ids: ExternalIds) -> DocumentEdit {
    DocumentEdit {
        code: row.code.clone(),
        kind: row.kind,
        number: row.number.clone(),
        symbol: row.symbol.clone(),
        issued_on: row.issued_on,
        issued_precision: row.issued_precision,
        issuer: row.issuer_id.map(|id| id.to_string()),
        issuer_name: row.issuer_name.clone(),
        signer_name: row.signer_name.clone(),
        signer_position: row.signer_position.clone(),
        signer_mode: row.signer_mode,
        title: row.title.clone(),
        owner: row.owner_id.to_string(),
        external_ids,
    }
}

pub(crate) async fn edit(call: Call<DocumentId, (), Patch<DocumentEdit>>) -> Result<Ended<One<DocumentView>>, ApiError> {
    let (id, patch, eyes) = (call.path, call.body.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<DocumentRow>(id)?;
        tx.require(Kind::Document, Verb::Edit, &held.ties)?;
        let before = edit_of(&held.value, external_ids::of(tx.conn(), Kind::Document, id.any())?);
        let after = patch.onto(&before)?;
        let (owner, issuer) = units_of(tx, &after)?;
        if owner != held.value.owner_id {
            require_of(tx, Verb::Edit, owner, issuer)?;
        }
        fill(tx, &mut held.value, &after, owner, issuer)?;
        store::save(tx, &mut held)?;
        external_ids::change(tx.conn(), Kind::Document, id.any(), &before.external_ids, &after.external_ids)?;
        let kept = edit_of(&held.value, after.external_ids);
        tx.edited(Kind::Document, id.any(), parts::values(&before), parts::values(&kept));
        one(tx, &eyes, &held)
    })
    .await
}

fn one(tx: &mut Tx<'_>, eyes: &Eyes, held: &Held<DocumentRow>) -> Result<One<DocumentView>, StoreError> {
    let view = view::view(tx.conn(), eyes, &held.value)?;
    One::of(&view, held.value.version).map_err(inside)
}
