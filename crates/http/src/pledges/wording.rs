//! The wording of a pledge as typed: nested contents, references, partners; and back and forth
//! between what is typed and what is kept.

use serde::{Deserialize, Serialize};
use thidua_domain::id::{PledgeId, PledgePartId};
use thidua_domain::pledge::{Content, PartnerKind, check_contents, check_references};
use thidua_domain::refusal::{Code, Refusal};
use thidua_store::dialect::new_id;
use thidua_store::pledges::{ContentRow, PartnerRow, ReferenceRow, Wording, wording_of};
use thidua_store::{StoreError, Tx, refs};
use utoipa::ToSchema;

use super::PledgeDraft;

/// A requirement: a text of several lines.
pub(crate) struct Requirement;

impl utoipa::PartialSchema for Requirement {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(10_000))
            .format(Some(SchemaFormat::Custom("multiline".to_owned())))
            .into()
    }
}
impl ToSchema for Requirement {}

/// A document or campaign referred to.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PledgeReferenceDraft)]
pub(crate) struct ReferenceDraft {
    /// The document: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    document: Option<String>,
    /// The campaign: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    campaign: Option<String>,
    /// Remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 500)]
    note: Option<String>,
}

/// A numbered content.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PledgeContentDraft)]
pub(crate) struct ContentDraft {
    /// Number as printed.
    #[schema(min_length = 1, max_length = 20)]
    no: String,
    /// Text.
    #[schema(min_length = 1, max_length = 10000, format = "multiline")]
    text: String,
    /// Contents one level below.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 100, no_recursion)]
    parts: Vec<Self>,
    /// Documents and campaigns this content refers to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 50)]
    references: Vec<ReferenceDraft>,
}

/// An organisation that joins the members: a unit, or a name.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PledgePartnerDraft)]
pub(crate) struct PartnerDraft {
    /// What it is.
    kind: PartnerKind,
    /// The unit: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    unit: Option<String>,
    /// Its name, where it is no unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 300)]
    name: Option<String>,
}

fn plain(contents: &[ContentDraft]) -> Vec<Content> {
    contents.iter().map(|content| Content { no: content.no.clone(), text: content.text.clone(), parts: plain(&content.parts) }).collect()
}

/// References of contents, all levels together.
fn referred(contents: &[ContentDraft]) -> usize {
    contents.iter().map(|content| content.references.len() + referred(&content.parts)).sum()
}

/// The wording to keep: as typed; where a list was left empty and a pledge is copied, as it is there.
pub(super) fn rows(tx: &mut Tx<'_>, pledge: PledgeId, draft: &PledgeDraft, source: Option<PledgeId>) -> Result<Wording, StoreError> {
    check_contents(&plain(&draft.contents))?;
    check_references(draft.references.len() + referred(&draft.contents))?;
    let mut rows = Wording { requirements: draft.requirements.clone(), ..Wording::default() };
    push_contents(tx, pledge, None, &draft.contents, "/contents", &mut rows)?;
    push_references(tx, pledge, None, &draft.references, "/references", &mut rows)?;
    for ((i, partner), ordinal) in draft.partners.iter().enumerate().zip(0_i32..) {
        if partner.unit.is_some() == partner.name.is_some() {
            return Err(Refusal::at(format!("/partners/{i}"), Code::ReferenceAmbiguous).with("fields", "unit, name").into());
        }
        let unit_id = refs::optional(tx.conn(), refs::find_unit, &format!("/partners/{i}/unit"), partner.unit.as_deref())?;
        rows.partners.push(PartnerRow { pledge_id: pledge, ordinal, kind: partner.kind, unit_id, name: partner.name.clone() });
    }
    if let Some(source) = source {
        copy(tx, pledge, source, &mut rows)?;
    }
    Ok(rows)
}

fn push_contents(
    tx: &mut Tx<'_>,
    pledge: PledgeId,
    parent: Option<PledgePartId>,
    contents: &[ContentDraft],
    pointer: &str,
    rows: &mut Wording,
) -> Result<(), StoreError> {
    for ((i, content), ordinal) in contents.iter().enumerate().zip(0_i32..) {
        let id = new_id();
        let here = format!("{pointer}/{i}");
        rows.contents.push(ContentRow {
            id,
            pledge_id: pledge,
            parent_id: parent,
            ordinal,
            no: content.no.clone(),
            body: content.text.clone(),
        });
        push_references(tx, pledge, Some(id), &content.references, &format!("{here}/references"), rows)?;
        push_contents(tx, pledge, Some(id), &content.parts, &format!("{here}/parts"), rows)?;
    }
    Ok(())
}

fn push_references(
    tx: &mut Tx<'_>,
    pledge: PledgeId,
    content: Option<PledgePartId>,
    references: &[ReferenceDraft],
    pointer: &str,
    rows: &mut Wording,
) -> Result<(), StoreError> {
    for ((i, reference), ordinal) in references.iter().enumerate().zip(0_i32..) {
        let here = format!("{pointer}/{i}");
        if reference.document.is_some() == reference.campaign.is_some() {
            return Err(Refusal::at(here, Code::ReferenceAmbiguous).with("fields", "document, campaign").into());
        }
        let document_id = refs::optional(tx.conn(), refs::find_document, &format!("{here}/document"), reference.document.as_deref())?;
        let campaign_id = refs::optional(tx.conn(), refs::find_campaign, &format!("{here}/campaign"), reference.campaign.as_deref())?;
        rows.references.push(ReferenceRow {
            id: new_id(),
            pledge_id: pledge,
            content_id: content,
            document_id,
            campaign_id,
            ordinal,
            note: reference.note.clone(),
        });
    }
    Ok(())
}

fn copy(tx: &mut Tx<'_>, pledge: PledgeId, source: PledgeId, rows: &mut Wording) -> Result<(), StoreError> {
    let old = wording_of(tx.conn(), source)?;
    if rows.requirements.is_empty() {
        rows.requirements.clone_from(&old.requirements);
    }
    if rows.partners.is_empty() {
        rows.partners = old.partners.iter().map(|partner| PartnerRow { pledge_id: pledge, ..partner.clone() }).collect();
    }
    let own_contents = !rows.contents.is_empty();
    let ids: std::collections::HashMap<PledgePartId, PledgePartId> = old.contents.iter().map(|content| (content.id, new_id())).collect();
    let renamed = |id: PledgePartId| ids.get(&id).copied().unwrap_or(id);
    if !own_contents {
        rows.contents = parents_first(&old)
            .into_iter()
            .map(|content| ContentRow {
                id: renamed(content.id),
                pledge_id: pledge,
                parent_id: content.parent_id.map(renamed),
                ..content.clone()
            })
            .collect();
    }
    let own_references = rows.references.iter().any(|reference| reference.content_id.is_none());
    let wanted = |reference: &&ReferenceRow| match reference.content_id {
        Some(_) => !own_contents,
        None => !own_references,
    };
    let copied: Vec<ReferenceRow> = old
        .references
        .iter()
        .filter(wanted)
        .map(|reference| ReferenceRow {
            id: new_id(),
            pledge_id: pledge,
            content_id: reference.content_id.map(renamed),
            ..reference.clone()
        })
        .collect();
    rows.references.extend(copied);
    Ok(())
}

/// Contents so that each stands after the one above it.
pub(super) fn parents_first(wording: &Wording) -> Vec<&ContentRow> {
    let mut ordered: Vec<&ContentRow> = wording.contents.iter().filter(|content| content.parent_id.is_none()).collect();
    let mut next = 0;
    while let Some(content) = ordered.get(next).copied() {
        ordered.extend(wording.contents.iter().filter(|part| part.parent_id == Some(content.id)));
        next += 1;
    }
    ordered
}

/// What is kept, as it would be typed.
pub(super) fn content_drafts(wording: &Wording) -> Vec<ContentDraft> {
    level(wording, None)
}

fn level(wording: &Wording, parent: Option<PledgePartId>) -> Vec<ContentDraft> {
    wording
        .contents
        .iter()
        .filter(|content| content.parent_id == parent)
        .map(|content| ContentDraft {
            no: content.no.clone(),
            text: content.body.clone(),
            parts: level(wording, Some(content.id)),
            references: reference_drafts(wording, Some(content.id)),
        })
        .collect()
}

/// What is kept, as it would be typed.
pub(super) fn reference_drafts(wording: &Wording, content: Option<PledgePartId>) -> Vec<ReferenceDraft> {
    wording
        .references
        .iter()
        .filter(|reference| reference.content_id == content)
        .map(|reference| ReferenceDraft {
            document: reference.document_id.map(|id| id.to_string()),
            campaign: reference.campaign_id.map(|id| id.to_string()),
            note: reference.note.clone(),
        })
        .collect()
}

/// What is kept, as it would be typed.
pub(super) fn partner_drafts(wording: &Wording) -> Vec<PartnerDraft> {
    wording
        .partners
        .iter()
        .map(|partner| PartnerDraft { kind: partner.kind, unit: partner.unit_id.map(|id| id.to_string()), name: partner.name.clone() })
        .collect()
}
